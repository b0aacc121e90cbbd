"""What honest accounts say, by walk of life."""
