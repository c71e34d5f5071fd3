"""What is kept and read back as plain values: numbers, uploads, register rows, timers that are due.

Storage makes them, handlers read them; they stand here because the two do not know each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flows.procedure.model import Json


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """A new case's identity: `id` for keys, `no` for people (QJ-2026-0001), `code` to type (8f3k)."""

    id: str
    no: str
    code: str


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An upload: its name as given, size in bytes and digest; the bytes lie beside the database."""

    id: str
    name: str
    size: int
    sha256: str
    owner: str
    case_id: str = ""


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A register row as kept; `superseded` rows stay readable and are struck through."""

    id: int
    register: str
    case_id: str
    key: str
    row: Mapping[str, Json]
    at: datetime
    superseded: bool


@dataclass(frozen=True, slots=True)
class OpenAsk:
    """Somebody a case waits for: by which post, and in whose place (empty: as themselves)."""

    case_id: str
    person: str
    post: str
    for_: str = ""


@dataclass(frozen=True, slots=True)
class DueTimer:
    """A timer whose moment has come."""

    id: int
    case_id: str
    visit: int
    kind: str
    due_at: datetime
    data: Mapping[str, Json]
