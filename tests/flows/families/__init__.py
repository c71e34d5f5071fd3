"""Families and their checks: every boundary from both sides, and the ledger against a model of its own."""
