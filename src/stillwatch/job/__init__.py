"""One scan from files to a run folder: opens the doors, calls the pipeline, writes the result."""
