"""Tests of the browser console: over HTTP with a small office in memory, and in a real browser."""
