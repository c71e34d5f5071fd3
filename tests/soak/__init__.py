"""The long run of what is tried shortly in the tests: kills, faults, races and everything that comes in broken."""
