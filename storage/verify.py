"""Recomputing everything that is derived, and comparing it with what is kept.

Chains are hashed again, cases folded again from their journals, balances summed again, checkpoints followed from the
first. A free text that was deleted when its retention ended is no difference: it matches whatever is kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime

from flows.approval.case import Case
from flows.approval.fold import fold
from flows.procedure.model import Json
from storage.cases import read_case
from storage.connection import Row
from storage.journal import GONE, checkpoint_hash, digest_of, digests, line_hash
from storage.part import load_object
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the journal tells it: the case's number (or id) and one Chinese sentence."""

    case_no: str
    text: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was looked at and what differs."""

    cases: int
    lines: int
    differences: tuple[Difference, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return not self.differences


_ROUNDING = 1e-6
"""A leave counted in natural days is spread over its years in fractions."""


def verify(unit: Unit) -> VerifyReport:
    """Every case, ledger and checkpoint, looked at again from the first line."""
    rows = unit.db.rows("SELECT id, no FROM cases ORDER BY filed_at, no")
    found = [Difference(row["no"], text) for row in rows for text in differences_of(unit, row["id"])]
    found += _orphans(unit)
    found += [Difference("", text) for text in _checkpoints(unit)]
    lines = int(unit.db.value("SELECT COUNT(*) FROM journal"))
    return VerifyReport(len(rows), lines, tuple(found))


def differences_of(unit: Unit, case_id: str) -> Iterator[str]:
    """What is not as the case's own journal tells it, a Chinese sentence each."""
    lines = unit.db.rows("SELECT * FROM journal WHERE case_id = :id ORDER BY seq", id=case_id)
    yield from _chain(case_id, lines)
    yield from _contents(unit, case_id, lines)
    try:
        entries = unit.journal(case_id)
        told = fold(case_id, entries)
    except (ValueError, KeyError, TypeError):
        yield "日志无法从头读出，不能核对本件的状态。"
        return
    yield from _projection(unit, told, entries[-1].at)
    yield from _asks(unit, told)
    yield from _leave(unit, case_id)


def _chain(case_id: str, lines: Sequence[Row]) -> Iterator[str]:
    previous = ""
    for place, line in enumerate(lines, start=1):
        if line["seq"] != place:
            yield f"日志第{place}条缺失或次序不对（现为第{line['seq']}条）。"
            return
        if line["previous"] != previous or line["hash"] != line_hash(case_id, _covered(line), previous):
            yield f"日志第{place}条与校验值不符。"
        previous = line["hash"]


def _covered(line: Row) -> dict[str, Json]:
    return {column: line[column] for column in ("seq", "at", "actor", "act", "data")}


def _contents(unit: Unit, case_id: str, lines: Sequence[Row]) -> Iterator[str]:
    named: set[str] = set()
    for line in lines:
        try:
            named.update(digests(load_object(line["data"])))
        except ValueError:
            yield f"日志第{line['seq']}条的内容无法读出。"
    for row in unit.db.rows("SELECT digest, salt, body FROM contents WHERE case_id = :id ORDER BY digest", id=case_id):
        if row["digest"] not in named or digest_of(row["salt"], row["body"]) != row["digest"]:
            yield "一段文字内容与日志中的校验值不符。"


def _projection(unit: Unit, told: Case, changed_at: datetime) -> Iterator[str]:
    row = unit.db.row("SELECT * FROM cases WHERE id = :id", id=told.id)
    if row is None:
        return
    kept = read_case(row["projection"])
    for field in fields(Case):
        if not same(getattr(told, field.name), getattr(kept, field.name)):
            yield f"本件现状的“{field.name}”与日志不符。"
    for column, value in unit.case_columns(told, changed_at).items():
        if column != "projection" and row[column] != value:
            yield f"本件索引的“{column}”与日志不符。"


def same(told: object, kept: object) -> bool:
    """Whether the two agree, a deleted text agreeing with anything."""
    if told == GONE:
        return True
    if is_dataclass(told) and is_dataclass(kept):
        return type(told) is type(kept) and all(
            same(getattr(told, field.name), getattr(kept, field.name)) for field in fields(told)
        )
    if isinstance(told, Mapping) and isinstance(kept, Mapping):
        return told.keys() == kept.keys() and all(same(told[key], kept[key]) for key in told)
    if isinstance(told, (list, tuple)) and isinstance(kept, (list, tuple)):
        return len(told) == len(kept) and all(same(*pair) for pair in zip(told, kept, strict=True))
    return told == kept


def _asks(unit: Unit, told: Case) -> Iterator[str]:
    rows = unit.db.rows("SELECT * FROM asks WHERE case_id = :id", id=told.id)
    expected = {(row["visit"], row["person"]): row for row in reversed(unit.ask_rows(told))}
    kept = {(row["visit"], row["person"]): {column: row[column] for column in _ASK_COLUMNS} for row in rows}
    if kept != expected:
        yield "本件当前由谁办理与日志不符。"


_ASK_COLUMNS = (
    "case_id",
    "visit",
    "person",
    "post",
    "for_person",
    "step",
    "kind",
    "box",
    "due_at",
    "entered_at",
)


def _leave(unit: Unit, case_id: str) -> Iterator[str]:
    leave = unit.db.row("SELECT * FROM leaves WHERE case_id = :id", id=case_id)
    if leave is None:
        return
    live = leave["status"] != "void"
    slots = {slot for slot in leave["slots"].split(",") if slot and live}
    held = {row["slot"] for row in unit.db.rows("SELECT slot FROM leave_slots WHERE case_id = :id", id=case_id)}
    if slots != held:
        yield "假期占用的半天与登记的不符。"
    sums = unit.db.row(
        "SELECT COUNT(*) AS lines, SUM(reserved) AS reserved, SUM(used) AS used FROM ledger WHERE case_id = :id",
        id=case_id,
    )
    if sums is None or not sums["lines"]:
        return
    reserved = leave["days"] if leave["status"] == "reserved" else 0.0
    used = leave["days"] if leave["status"] == "settled" else 0.0
    if abs(sums["reserved"] - reserved) > _ROUNDING or abs(sums["used"] - used) > _ROUNDING:
        yield f"假期台账合计（占用{sums['reserved']:g}天、已用{sums['used']:g}天）与登记的{leave['days']:g}天不符。"


def _orphans(unit: Unit) -> Iterator[Difference]:
    """What names a case that is not there; history entered by hand has ids of its own."""
    for table in ("journal", "ledger", "leaves", "register_rows", "outbox", "asks", "timers"):
        rows = unit.db.rows(_ORPHANS.replace("{table}", table))
        yield from (Difference(row["case_id"], f"{table}中的记录找不到所属的申请。") for row in rows)


_ORPHANS = (
    "SELECT DISTINCT case_id FROM {table} AS rest WHERE case_id <> '' AND case_id NOT LIKE 'history-%'"
    " AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = rest.case_id) ORDER BY case_id"
)


def _checkpoints(unit: Unit) -> Iterator[str]:
    previous = ""
    for row in unit.db.rows("SELECT * FROM checkpoints ORDER BY id"):
        expected = checkpoint_hash(row["at"], row["upto"], row["heads"], previous)
        if row["previous"] != previous or row["hash"] != expected:
            yield f"第{row['id']}个检查点与校验值不符。"
        yield from _heads(unit, row)
        previous = row["hash"]


def _heads(unit: Unit, row: Row) -> Iterator[str]:
    for case_id, head in load_object(row["heads"]).items():
        seq, chained = head if isinstance(head, list) and len(head) == 2 else (0, "")
        found = unit.db.value(
            "SELECT hash FROM journal WHERE case_id = :id AND seq = :seq",
            id=case_id,
            seq=seq if isinstance(seq, int) else 0,
        )
        if found != chained:
            no = unit.db.value("SELECT no FROM cases WHERE id = :id", id=case_id) or case_id
            yield f"{no}的日志第{seq}条与第{row['id']}个检查点不符。"
