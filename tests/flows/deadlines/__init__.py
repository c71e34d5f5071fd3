"""When a step is due."""
