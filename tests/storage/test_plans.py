"""No statement of a working day walks through a whole table, however many years lie in it."""

import re
from collections.abc import Iterator

import pytest

from flows.approval.outcome import Effects, RegisterRow, Timer
from flows.cards import Message
from storage.database import MEMORY, connect
from storage.embedded import SqliteConnection
from storage.unit import Unit
from tests.storage.conftest import fixed_clock
from tests.storage.sample import (
    AFTERNOON,
    DUE,
    LI,
    LIU,
    MORNING,
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

SMALL = {"seal_status", "bindings", "pack_versions", "json_each"}
"""Tables that never hold more than the office has seals, people and packs."""


def a_day(unit: Unit) -> None:
    """Everything handlers and senders do on a working day."""
    for person in (LIU, WANG, LI):
        unit.bind("console", person, person)
        unit.bind("post", f"@{person}", person)
    assert unit.first_time("k", NOW)
    unit.remember_answer("k", unit.answered("k"))
    row = RegisterRow("attendance", "k", {"person": "刘洋", "from": "2026-11-24", "event": "迟到"}, LIU)
    effects = Effects(
        ledger=(reserve(),), leave=leave(), rows=(row,), timers=(Timer(DUE, "due", 0), Timer(DUE, "nudge", 0))
    )
    case = file(unit, entered(WANG, LI, due=DUE), notices=(ask(WANG, 0), ask(LI, 0), tell(LIU)), effects=effects)
    unit.say(LIU, Message(text="一"), key="once", case_id=case.id)
    settled = Effects(ledger=(settle(),), leave=leave("settled", MORNING, AFTERNOON), rows=(row,))
    case = go_on(unit, case, done(WANG, 0), ended(WANG, "closed"), notices=(tell(LIU),), effects=settled)
    deliver(unit)
    look(unit, case.id, case.code)


def deliver(unit: Unit) -> None:
    while items := unit.due_outbox(DUE, 10):
        for item in items:
            unit.console_say(item.person, "out", item.card_key, key=item.card_key, outbox_id=item.id, at=NOW)
            unit.sent([(item, str(item.id))])
            unit.platform_id_of(item.person, item.channel, item.card_key)
    unit.finish()
    unit.next_outbox_at()
    unit.requeue_claimed()


def look(unit: Unit, case_id: str, code: str) -> None:
    unit.find_case(code)
    unit.journal(case_id)
    unit.nudged_at(case_id)
    unit.concerned(case_id)
    unit.outbox_log(case_id)
    unit.files_of(case_id)
    for person in (LIU, WANG):
        for box in ("to_approve", "to_handle", "mine", "done", "copied"):
            unit.box(box, person, offset=0, limit=8)
            unit.count(box, person)
        unit.leaves_of(person)
        unit.attendance(person, 2026)
        unit.balance(person, "事假", 2026)
        unit.console_messages(person, before=None, limit=20)
        unit.console_changes(person, after_version=0)
    unit.leaves_between((LIU, WANG), MORNING.day, MORNING.day)
    unit.away(NOW, MORNING)
    unit.seals()
    unit.register("attendance", offset=0, limit=20)
    unit.register_size("attendance")
    unit.row("attendance", "k")
    unit.due_timers(DUE, 10)
    unit.next_timer_at()


@pytest.fixture
def unit() -> Iterator[Unit]:
    """On the embedded database, whose plans can be read."""
    db = connect(MEMORY)
    db.begin()
    yield Unit(db, fixed_clock)
    db.close()


def statements(unit: Unit) -> set[str]:
    """What a day runs, with its values filled in."""
    seen: set[str] = set()
    assert isinstance(unit.db, SqliteConnection)
    unit.db._raw.set_trace_callback(seen.add)
    a_day(unit)
    unit.db._raw.set_trace_callback(None)
    return {statement for statement in seen if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT"))}


def scans(unit: Unit, statement: str) -> list[str]:
    plan = [row["detail"] for row in unit.db.rows(f"EXPLAIN QUERY PLAN {statement}")]
    walked = [match[1] for line in plan if (match := re.match(r"SCAN (\w+)(?! USING COVERING INDEX)", line))]
    return [table for table in walked if table not in SMALL and table != "lying"]


def test_no_statement_of_a_day_walks_through_a_table(unit: Unit) -> None:
    found = {statement: scans(unit, statement) for statement in statements(unit)}
    assert len(found) > 50
    assert {statement: tables for statement, tables in found.items() if tables} == {}


def test_a_walk_would_be_seen(unit: Unit) -> None:
    assert scans(unit, "SELECT * FROM outbox WHERE error = 'x'") == ["outbox"]
