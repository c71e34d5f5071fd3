"""Adapters, one per messenger: raw bytes become plain values, values become what is read there.

No rule of the office is here.
"""
