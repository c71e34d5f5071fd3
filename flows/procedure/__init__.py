"""A procedure as data: its fields, steps, conditions and rules, and what can be read from them.

Packs are loaded into these values by `storage.packs`; nothing here knows where they came from.
"""
