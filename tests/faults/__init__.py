"""What goes wrong around the office: processes killed, servers gone, messengers that refuse, clocks that jump.

Every test ends in a safe state that everything has come back to.
"""
