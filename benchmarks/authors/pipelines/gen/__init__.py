"""The parts of the pipelines generator."""
