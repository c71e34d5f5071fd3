"""Telegram: what comes in, how things look, how fast they leave, and the fake it is all tried against."""
