"""A year of an office: sixty invented people, the real handlers, storage and clock, and what must hold each evening."""
