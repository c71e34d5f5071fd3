"""What the office's rules say: pure values and functions.

Nothing here reads a clock, a file or a network; time and facts come in as arguments.
"""
