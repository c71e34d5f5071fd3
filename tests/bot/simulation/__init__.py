"""Days of an invented office."""
