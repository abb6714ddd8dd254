"""What to type."""
