"""The world: files, folders, memory of earlier days, progress. Carries, does not think."""
