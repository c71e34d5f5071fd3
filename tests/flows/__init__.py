"""What the office's rules say, proven without a chat, a database or a clock."""
