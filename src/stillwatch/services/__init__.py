"""Long-lived doors: programs that others connect to."""
