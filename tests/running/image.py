"""The Dockerfile and compose.yaml as they are written, for tests that hold them against the code."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tests.tree import ROOT

READ_BY_OTHERS = frozenset({"PGPASSWORD", "HTTPS_PROXY"})
"""What the driver of PostgreSQL and the HTTP client read themselves."""


@dataclass(frozen=True)
class Image:
    """What the Dockerfile says: the lines of each instruction, in order."""

    lines: tuple[tuple[str, str], ...]

    def all(self, word: str) -> tuple[str, ...]:
        """What follows that instruction, each time."""
        return tuple(rest for found, rest in self.lines if found == word)

    def one(self, word: str) -> str:
        """What follows an instruction that is given once."""
        (only,) = self.all(word)
        return only

    @property
    def environment(self) -> Mapping[str, str]:
        """Its ENV."""
        return dict(re.findall(r"(\w+)=(\S+)", " ".join(self.all("ENV"))))

    @property
    def health(self) -> tuple[str, ...]:
        """The words of its health check."""
        words: list[str] = json.loads(self.one("HEALTHCHECK").partition(" CMD ")[2])
        return tuple(words)

    @property
    def start(self) -> tuple[str, ...]:
        """The words it starts with."""
        words: list[str] = json.loads(self.one("ENTRYPOINT")) + json.loads(self.one("CMD"))
        return tuple(words)


@cache
def image() -> Image:
    """The Dockerfile as it lies here."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    parts = (line.partition(" ") for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return Image(tuple((word, " ".join(rest.split())) for word, _, rest in parts))


@cache
def services() -> Mapping[str, Any]:
    """The services of compose.yaml."""
    found: Mapping[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    return found
