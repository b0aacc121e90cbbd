"""One verb, one file: open doors, call the core, write what came out."""
