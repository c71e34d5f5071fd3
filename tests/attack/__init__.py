"""What strangers, forgers and broken programs send, at every door of the office."""
