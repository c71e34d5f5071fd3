"""`verify` finds every way of tampering, and a deleted text is none."""

from datetime import timedelta

import psycopg
import pytest

from flows.approval.outcome import Effects, RegisterRow
from storage.unit import Unit
from storage.verify import verify
from tests.storage.sample import (
    DUE,
    LI,
    LIU,
    NOW,
    WANG,
    ask,
    done,
    ended,
    entered,
    file,
    go_on,
    leave,
    reserve,
    settle,
    tell,
)


@pytest.fixture
def office(unit: Unit) -> Unit:
    """Two cases: one decided and settled, one waiting; a checkpoint over both."""
    first = file(unit, entered(WANG, due=DUE), effects=Effects(ledger=(reserve(),), leave=leave()))
    go_on(
        unit,
        first,
        done(WANG, 0, reason="同意"),
        ended(WANG, "closed"),
        notices=(tell(LIU),),
        effects=Effects(
            ledger=(settle(),), leave=leave("settled"), rows=(RegisterRow("attendance", first.id, {"person": LIU}),)
        ),
    )
    file(unit, entered(WANG, LI), notices=(ask(WANG, 0),), applicant="F022", reason="看病")
    assert unit.checkpoint(NOW) == 2
    return unit


def found(unit: Unit) -> list[tuple[str, str]]:
    return [(difference.case_no, difference.text) for difference in verify(unit).differences]


def test_an_honest_office_has_no_differences(office: Unit) -> None:
    report = verify(office)
    assert report.differences == ()
    assert report.ok
    assert (report.cases, report.lines) == (2, 6)


def test_an_empty_office_has_none_either(unit: Unit) -> None:
    assert verify(unit).ok
    assert unit.checkpoint(NOW) == 0


def test_a_reminder_changes_nothing_of_the_case(unit: Unit) -> None:
    case = file(unit, entered(WANG), at=NOW - timedelta(hours=4))
    go_on(unit, case, notices=(tell(WANG, "请办理"),))
    assert verify(unit).differences == ()


def test_checkpoints_take_what_is_new(office: Unit) -> None:
    assert office.checkpoint(NOW) == 0
    case = office.find_case("QJ-2026-0002")
    assert case is not None
    go_on(office, case, done(WANG, 0))
    assert office.checkpoint(NOW + timedelta(days=1)) == 1
    assert verify(office).ok


def test_a_deleted_text_breaks_nothing(office: Unit) -> None:
    assert office.db.change("DELETE FROM contents WHERE body IN ('家中有事', '同意')") == 2
    assert verify(office).ok
    office.db.change("DELETE FROM contents")
    assert verify(office).ok


def test_history_entered_by_hand_is_no_difference(office: Unit) -> None:
    office.add_leave(leave("settled", person=LI), NOW)
    assert verify(office).ok


def first(sql: str) -> str:
    return sql.replace("FIRST", "(SELECT id FROM cases WHERE no = 'QJ-2026-0001')")


TAMPERINGS = {
    "another actor": "UPDATE journal SET actor = 'F001' WHERE case_id = FIRST AND seq = 3",
    "another moment": "UPDATE journal SET at = '2026-11-23T09:00:00+08:00' WHERE case_id = FIRST AND seq = 3",
    "another decision": "UPDATE journal SET data = replace(data, 'agree', 'refus') WHERE case_id = FIRST AND seq = 3",
    "another act": "UPDATE journal SET act = 'noted' WHERE case_id = FIRST AND seq = 3",
    "a flipped hash": "UPDATE journal SET hash = replace(hash, substr(hash, 1, 1), 'x') WHERE case_id = FIRST",
    "broken data": "UPDATE journal SET data = '[' WHERE case_id = FIRST AND seq = 2",
    "a line dropped in the middle": "DELETE FROM journal WHERE case_id = FIRST AND seq = 2",
    "the last line dropped": "DELETE FROM journal WHERE case_id = FIRST AND seq = 4",
    "the first line dropped": "DELETE FROM journal WHERE case_id = FIRST AND seq = 1",
    "lines in another order": "UPDATE journal SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END"
    " WHERE case_id = FIRST AND seq IN (2, 3); UPDATE journal SET seq = -seq WHERE seq < 0",
    "another text": "UPDATE contents SET body = '旅游' WHERE body = '家中有事'",
    "another salt": "UPDATE contents SET salt = 'x' WHERE body = '家中有事'",
    "another state": "UPDATE cases SET projection = replace(projection, '\"closed\"', '\"approved\"')",
    "another indexed state": "UPDATE cases SET state = 'refused' WHERE id = FIRST",
    "another deadline": "UPDATE cases SET due_at = '2027' WHERE id = FIRST",
    "another reason": "UPDATE cases SET projection = replace(projection, '家中有事', '旅游')",
    "another round": "UPDATE cases SET projection = replace(projection, '\"round\":1', '\"round\":2')",
    "somebody else asked": "UPDATE asks SET person = 'F001' WHERE person = 'F002'",
    "nobody asked": "DELETE FROM asks",
    "a ledger line changed": "UPDATE ledger SET used = 0 WHERE kind = 'settle'",
    "a ledger line dropped": "DELETE FROM ledger WHERE kind = 'settle'",
    "a longer leave": "UPDATE leaves SET days = 2",
    "a half day freed": "DELETE FROM leave_slots",
    "a forged checkpoint": "UPDATE checkpoints SET heads = replace(heads, '[4,', '[3,')",
    "a dropped checkpoint": "INSERT INTO checkpoints (at, upto, heads, previous, hash)"
    " SELECT at, upto, heads, hash, hash FROM checkpoints",
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_every_tampering_is_found(office: Unit, name: str) -> None:
    for statement in TAMPERINGS[name].split("; "):
        assert office.db.change(first(statement)) != 0
    assert found(office)


def test_a_dropped_case_is_found_or_not_let_go(office: Unit) -> None:
    drop = first("DELETE FROM cases WHERE id = FIRST")
    if office.db.shared:
        with pytest.raises(psycopg.IntegrityError):
            office.db.change(drop)
        return
    office.db.change("PRAGMA defer_foreign_keys = ON")
    assert office.db.change(drop) == 1
    assert found(office)


def test_a_difference_names_its_case(office: Unit) -> None:
    office.db.change("UPDATE asks SET person = 'F001' WHERE person = 'F002'")
    assert found(office) == [("QJ-2026-0002", "本件当前由谁办理与日志不符。")]


def test_a_shortened_case_is_found_by_its_checkpoint(office: Unit) -> None:
    """Somebody takes back the last lines and makes everything derived fit: only the checkpoint still knows."""
    case = office.find_case("QJ-2026-0002")
    assert case is not None
    refused = go_on(office, case, done(WANG, 0, decision="refuse", reason="不行"), ended(WANG, "refused"))
    office.checkpoint(NOW + timedelta(days=1))
    office.db.change("DELETE FROM journal WHERE case_id = :id AND seq > 2", id=refused.id)
    office.db.change("DELETE FROM contents WHERE body = '不行'")
    columns = office.case_columns(case, NOW)
    for column in ("state", "revision", "changed_at", "due_at", "projection"):
        office.db.change(f"UPDATE cases SET {column} = :value WHERE id = :id", value=columns[column], id=case.id)
    for row in office.ask_rows(case):
        names = ", ".join(row)
        places = ", ".join(f":{name}" for name in row)
        office.db.change(f"INSERT INTO asks ({names}) VALUES ({places})", **row)
    assert found(office) == [("", "QJ-2026-0002的日志第4条与第2个检查点不符。")]


@pytest.mark.parametrize("table", ["ledger", "leaves", "register_rows"])
def test_what_belongs_to_no_case_is_found(office: Unit, table: str) -> None:
    office.db.change(f"UPDATE {table} SET case_id = 'nowhere'")
    assert ("nowhere", f"{table}中的记录找不到所属的申请。") in found(office)


def test_a_leave_needs_no_ledger(unit: Unit) -> None:
    file(unit, entered(WANG), effects=Effects(leave=leave()))
    assert verify(unit).ok


def test_a_void_leave_balances_to_nothing(unit: Unit) -> None:
    case = file(unit, entered(WANG), effects=Effects(ledger=(reserve(),), leave=leave()))
    release = Effects(ledger=(reserve(-0.5),), leave=leave("void"))
    go_on(unit, case, ended(WANG, "refused"), effects=release)
    assert verify(unit).ok
