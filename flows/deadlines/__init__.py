"""Clocks: when a step is due, when somebody is reminded, and what may be sent at that hour."""
