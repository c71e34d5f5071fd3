"""Chance that can be told again: the same seed throws the same numbers."""

from hashlib import sha256


class Dice:
    """Numbers that look like chance, from a seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._thrown = 0

    def below(self, end: int) -> int:
        """A whole number from 0 to before the end."""
        self._thrown += 1
        return int.from_bytes(sha256(f"{self._seed}:{self._thrown}".encode()).digest()[:8], "big") % end

    def chance(self, percent: int) -> bool:
        """True so many times in a hundred."""
        return self.below(100) < percent
