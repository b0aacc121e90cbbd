"""What may leave: the catalogue in the formats that others read."""
