"""How facts are kept: the database and its units of work, the journal, and the files rules and offices are read from.

Knows flows and nothing else of ours; handlers ask for a `Unit` by shape and get the one made here.
"""
