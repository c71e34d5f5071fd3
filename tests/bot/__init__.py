"""Tests of assembly and channels."""
