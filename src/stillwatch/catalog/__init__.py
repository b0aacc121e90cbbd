"""What we look for, as data: cards, their loader and their checks."""
