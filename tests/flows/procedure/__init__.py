"""Tests of procedures as values: conditions, checks, gaps."""
