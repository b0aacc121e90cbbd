"""A black-box traffic generator: copies of honest people, told apart only by their work."""
