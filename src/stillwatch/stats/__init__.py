"""The arithmetic of evidence."""
