"""Talking: a draft being filled in by questions and answers, as a pure function of what was said.

A step returns a value (the next draft and what to say); somebody else keeps it and sends it.
"""
