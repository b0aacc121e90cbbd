"""One scan from files to a run folder, one proof from a plan to a bundle: opens the doors."""
