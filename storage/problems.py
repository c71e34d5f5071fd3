"""What is wrong in the data people write (packs, office folders): where, what and how to put it right."""

from dataclasses import dataclass
from typing import Literal

Weight = Literal["error", "notice"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to look at: an `error` stops the office from starting, a `notice` only wants a word.

    `file` is the name inside its folder, `line` counts from 1 (0: the file as a whole); `fix` says what to write.
    """

    file: str
    line: int
    message: str
    fix: str = ""
    weight: Weight = "error"

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{self.weight}: {place} {self.message}" + (f" — {self.fix}" if self.fix else "")


class Problems:
    """Collects everything that is wrong, so that all of it can be told at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def error(self, file: str, line: int, message: str, fix: str = "") -> None:
        """Something that must be put right."""
        self.found.append(Problem(file, line, message, fix))

    def notice(self, file: str, line: int, message: str, fix: str = "") -> None:
        """Something the office should know or settle."""
        self.found.append(Problem(file, line, message, fix, "notice"))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors, by file and line."""
        return tuple(sorted(problem for problem in self.found if problem.weight == "error"))
