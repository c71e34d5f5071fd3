"""Acceptance scenarios played through the real engine, storage and clock, and compared word for word.

The format is that of the scenarios' README; an unknown key, a verb that cannot be played or an expectation that is
not understood is a failure with its reason, never a silent pass.
"""
