"""The proof: tests mirror the tree they test; `stories/` are whole days told end to end, `fakes` small real classes."""
