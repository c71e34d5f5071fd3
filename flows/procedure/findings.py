"""What examining a request against its rules brings to light."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from flows.procedure.model import Json

Weight = Literal["refuse", "warn", "reason"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that fired: it refuses, warns, or is the reason for a route, a deadline or a computation.

    `entry` is the ledger id (empty for a product convention without a clause), `text` one Chinese sentence
    with the next step where it refuses, `asks_for` the fields to fill then.
    """

    entry: str
    weight: Weight
    text: str
    cite: tuple[str, ...] = ()
    asks_for: tuple[str, ...] = ()
    figures: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))


def refusals(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that refuse."""
    return tuple(finding for finding in findings if finding.weight == "refuse")


def warnings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that warn."""
    return tuple(finding for finding in findings if finding.weight == "warn")
