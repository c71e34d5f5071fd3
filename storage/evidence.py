"""Everything kept of one case, as it is kept: for whoever has to prove what was decided, without this program."""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.approval.case import Case
from flows.procedure.model import Json
from flows.records import StoredFile
from storage.part import load_object
from storage.unit import Unit
from storage.verify import differences_of

_LINE = ("seq", "at", "actor", "act", "data", "previous", "hash")


@dataclass(frozen=True)
class Evidence:
    """One case: its journal line by line, the free texts by digest, its uploads, the rules it ran on.

    `seals` are the checkpoints that name its journal; `rules` is the pack's text (empty: not kept); `differences` is
    what `verify` says of the case.
    """

    case: Case
    lines: tuple[Mapping[str, Json], ...]
    contents: tuple[Mapping[str, Json], ...]
    seals: tuple[Mapping[str, Json], ...]
    files: tuple[StoredFile, ...]
    rules: str
    differences: tuple[str, ...]


def evidence_of(unit: Unit, case_id: str) -> Evidence:
    """What is kept of the case, which nobody decides on meanwhile.

    Raises:
        UnknownCase: there is none of that id.
    """
    case = unit.case(case_id)
    lines = unit.db.rows("SELECT * FROM journal WHERE case_id = :id ORDER BY seq", id=case.id)
    contents = unit.db.rows("SELECT digest, salt, body FROM contents WHERE case_id = :id ORDER BY digest", id=case.id)
    return Evidence(
        case,
        tuple({column: line[column] for column in _LINE} for line in lines),
        tuple({"digest": row["digest"], "salt": row["salt"], "text": row["body"]} for row in contents),
        _seals(unit, case.id),
        unit.files_of(case.id),
        unit.pack_texts().get((case.pack, case.pack_version), ""),
        tuple(differences_of(unit, case.id)),
    )


def _seals(unit: Unit, case_id: str) -> tuple[Mapping[str, Json], ...]:
    rows = unit.db.rows("SELECT * FROM checkpoints WHERE heads LIKE :named ORDER BY id", named=f'%"{case_id}"%')
    found: list[Mapping[str, Json]] = []
    for row in rows:
        head = load_object(row["heads"]).get(case_id)
        if isinstance(head, list) and len(head) == 2:
            named: dict[str, Json] = {"seq": head[0], "hash": head[1]}
            found.append({"checkpoint": row["id"], "at": row["at"], **named, "checkpoint_hash": row["hash"]})
    return tuple(found)
