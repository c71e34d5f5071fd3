"""The ledger beside each pack: one line for every entry of its register."""

import csv
from pathlib import Path
from typing import cast

from flows.procedure.ledger import LedgerEntry
from flows.procedure.model import Enforce
from storage.packs import PACKS

FILE = "ledger.csv"


def read_ledger(pack: str, folder: Path = PACKS) -> tuple[LedgerEntry, ...]:
    """Every entry of the pack's register in its order; none where the pack has no ledger."""
    path = folder / pack / FILE
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            LedgerEntry(
                row["entry"],
                cast(Enforce, row["enforce"]),
                tuple(row["serves"].split()),
                tuple(clause for clause in row["clauses"].split(" | ") if clause),
            )
            for row in csv.DictReader(file)
        )
