"""What collectors send, by family of method."""
