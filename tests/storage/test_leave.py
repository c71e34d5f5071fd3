"""Leave: the ledger, the half days, who is away; registers and seals."""

from datetime import date, timedelta

import pytest

from flows.approval.outcome import Effects, RegisterRow
from flows.calendar import Slot
from flows.errors import Refused
from flows.procedure.model import Json
from storage.unit import Unit
from tests.storage.sample import (
    AFTERNOON,
    LIU,
    MORNING,
    NOW,
    WANG,
    done,
    ended,
    entered,
    file,
    go_on,
    leave,
    reserve,
    settle,
)


def test_the_balance_is_the_sum_of_the_lines(unit: Unit) -> None:
    case = file(unit, entered(WANG), effects=Effects(ledger=(reserve(),), leave=leave()))
    assert unit.balance(LIU, "事假", 2026) == (0.5, 0.0)
    go_on(unit, case, done(WANG, 0), effects=Effects(ledger=(settle(),), leave=leave("settled")))
    assert unit.balance(LIU, "事假", 2026) == (0.0, 0.5)
    assert unit.balance(LIU, "事假", 2025) == unit.balance(LIU, "病假", 2026) == (0.0, 0.0)


def test_two_cases_cannot_hold_the_same_half_day(unit: Unit) -> None:
    first = file(unit, entered(WANG), effects=Effects(leave=leave("reserved", MORNING, AFTERNOON)))
    with pytest.raises(Refused, match=first.no):
        file(unit, entered(WANG), effects=Effects(leave=leave("reserved", AFTERNOON)))
    assert unit.count("mine", LIU) == 1
    file(unit, entered(WANG), effects=Effects(leave=leave("reserved", AFTERNOON, person=WANG)), applicant=WANG)


def test_morning_and_afternoon_do_not_overlap(unit: Unit) -> None:
    file(unit, entered(WANG), effects=Effects(leave=leave("reserved", MORNING)))
    file(unit, entered(WANG), effects=Effects(leave=leave("reserved", AFTERNOON)))
    assert [taken.start for taken in unit.leaves_of(LIU)] == [MORNING, AFTERNOON]


def test_a_void_leave_frees_its_half_days(unit: Unit) -> None:
    first = file(unit, entered(WANG), effects=Effects(leave=leave()))
    go_on(unit, first, ended(WANG, "refused"), effects=Effects(leave=leave("void")))
    second = file(unit, entered(WANG), effects=Effects(leave=leave()))
    assert [taken.case_id for taken in unit.leaves_of(LIU)] == [second.id]


def test_a_case_may_keep_its_own_half_days_again(unit: Unit) -> None:
    case = file(unit, entered(WANG), effects=Effects(leave=leave("reserved", MORNING)))
    go_on(unit, case, done(WANG, 0), effects=Effects(leave=leave("settled", MORNING, AFTERNOON, days=1)))
    (taken,) = unit.leaves_of(LIU)
    assert (taken.status, taken.days, taken.slots) == ("settled", 1, frozenset({MORNING, AFTERNOON}))
    assert (taken.case_no, taken.procedure, taken.returned) == (case.no, "leave_request", False)
    assert unit.leaves_of(LIU, without=(case.id,)) == ()


def test_leaves_between_touch_the_days(unit: Unit) -> None:
    file(unit, entered(WANG), effects=Effects(leave=leave("reserved", AFTERNOON)))
    day = date(2026, 11, 24)
    assert len(unit.leaves_between((WANG, LIU), day, day)) == 1
    assert unit.leaves_between((LIU,), day + timedelta(days=1), day + timedelta(days=9)) == ()
    assert unit.leaves_between((LIU,), day - timedelta(days=9), day - timedelta(days=1)) == ()
    assert unit.leaves_between((WANG,), day, day) == ()
    assert unit.leaves_between((), day, day) == ()


def test_only_settled_leave_makes_somebody_away(unit: Unit) -> None:
    case = file(unit, entered(WANG), effects=Effects(leave=leave()))
    assert unit.away(NOW, MORNING) == frozenset()
    case = go_on(unit, case, done(WANG, 0), effects=Effects(leave=leave("settled")))
    assert unit.away(NOW, MORNING) == {LIU}
    assert unit.away(NOW, AFTERNOON) == frozenset()
    assert unit.away(NOW, None) == frozenset()
    go_on(unit, case, entered(WANG), effects=Effects(leave=leave("settled", returned=True)))
    assert unit.away(NOW, MORNING) == frozenset()


def test_leave_of_before_counts_like_any_other(unit: Unit) -> None:
    kept = unit.add_leave(leave("settled", MORNING, AFTERNOON, days=1), NOW, procedure="leave_request")
    assert unit.balance(LIU, "事假", 2026) == (0.0, 1.0)
    assert [taken.case_id for taken in unit.leaves_of(LIU)] == [kept]
    assert unit.away(NOW, MORNING) == {LIU}
    assert [row.row["event"] for row in unit.register("attendance", offset=0, limit=5)] == ["事假"]
    with pytest.raises(Refused, match="已登记的假期"):
        file(unit, effects=Effects(leave=leave()))
    booked = unit.add_leave(leave("reserved", Slot.parse("2026-12-01 am")), NOW)
    assert booked != kept
    assert unit.balance(LIU, "事假", 2026) == (0.5, 1.0)


def test_a_row_of_the_same_key_supersedes_the_first(unit: Unit) -> None:
    case = file(unit, effects=Effects(rows=(RegisterRow("seal_register", "k", {"copies": 2}),)))
    unit.keep_rows((RegisterRow("seal_register", "k", {"copies": 3}), RegisterRow("seal_register", "", {})), "", NOW)
    rows = unit.register("seal_register", offset=0, limit=10)
    assert [(row.row.get("copies"), row.superseded) for row in rows] == [(None, False), (3, False), (2, True)]
    assert rows[2].case_id == case.id
    assert rows[2].at == NOW
    assert unit.register_size("seal_register") == 3
    standing = unit.row("seal_register", "k")
    assert standing is not None
    assert standing.row == {"copies": 3}
    assert unit.row("seal_register", "") is None
    assert unit.row("seal_register", "other") is None
    assert [row.id for row in unit.register("seal_register", offset=1, limit=1)] == [rows[1].id]


def test_attendance_leaves_out_leave_void_rows_and_other_years(unit: Unit) -> None:
    unit.add_attendance(LIU, "迟到", date(2026, 3, 4), at=NOW, minutes=20, name="刘洋")
    unit.add_attendance(LIU, "早退", date(2026, 1, 5), at=NOW)
    unit.add_attendance(LIU, "迟到", date(2025, 3, 4), at=NOW)
    unit.add_attendance(WANG, "迟到", date(2026, 3, 4), at=NOW)
    unit.add_leave(leave("settled"), NOW)
    cells: dict[str, Json] = {"person": "刘洋", "event": "缺勤", "from": "2026-02-02", "status": "void"}
    void = RegisterRow("attendance", "v", cells, LIU)
    unit.keep_rows((void,), "", NOW)
    found = [(event.event, event.date, event.minutes) for event in unit.attendance(LIU, 2026)]
    assert found == [("早退", date(2026, 1, 5), None), ("迟到", date(2026, 3, 4), 20)]
    names = [row.row["person"] for row in unit.register("attendance", offset=0, limit=9)]
    assert names == ["刘洋", LIU, WANG, LIU, LIU, "刘洋"]


def test_a_seal_is_out_of_use_until_it_is_back(unit: Unit) -> None:
    unit.set_seal_status("区委印章", "suspended", NOW)
    unit.set_seal_status("证明专用章", "lent", NOW, to="区建设局")
    assert {(found.seal, found.status, found.to, found.since) for found in unit.seals().values()} == {
        ("区委印章", "suspended", "", NOW),
        ("证明专用章", "lent", "区建设局", NOW),
    }
    file(unit, effects=Effects(rows=(RegisterRow("seal_status", "区委印章", {"seal": "区委印章", "status": "在用"}),)))
    assert set(unit.seals()) == {"证明专用章"}
    assert unit.register_size("seal_status") == 3
