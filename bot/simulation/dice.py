"""The dice of an invented year: the one place where anything is left to chance, and it can be repeated."""

from random import Random as Dice  # noqa: TID251

__all__ = ["Dice"]
