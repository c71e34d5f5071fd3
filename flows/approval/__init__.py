"""The approval engine: a case as the fold of its journal, the route it takes, and who may decide what.

Every procedure of the registers' vocabulary runs here; families only add figures, checks and registers.
"""
