"""The database for real: every promise of a unit of work, on SQLite in memory and on disk."""
