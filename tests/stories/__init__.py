"""Whole days told end to end through a channel."""
