"""Cases: numbers, projection and journal, the compare-and-set, the boxes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.approval.fold import fold
from flows.approval.outcome import Effects, Outcome, RegisterRow, Timer
from flows.errors import AlreadyDone, UnknownCase
from storage.unit import Unit
from tests.storage.sample import DUE, LI, LIU, NOW, WANG, ZHAO, ask, done, ended, entered, file, go_on, tell


def test_numbers_run_by_prefix_and_year(unit: Unit) -> None:
    first, second = unit.new_case("QJ", NOW), unit.new_case("QJ", NOW)
    assert (first.no, second.no) == ("QJ-2026-0001", "QJ-2026-0002")
    assert unit.new_case("YY", NOW).no == "YY-2026-0001"
    assert unit.new_case("QJ", datetime(2026, 12, 31, 16, 30, tzinfo=UTC)).no == "QJ-2027-0001"


def test_ids_and_codes_are_short_and_never_the_same(unit: Unit) -> None:
    made = [unit.new_case("QJ", NOW) for _ in range(300)]
    assert len({number.id for number in made}) == 300
    for number in made:
        assert len(number.code) == 4
        assert any(sign.isdigit() for sign in number.code)
        assert any(sign.isalpha() for sign in number.code)


def test_a_code_that_is_taken_is_not_given_again(unit: Unit) -> None:
    case = file(unit)
    unit.db.change("UPDATE numbers SET last = 0 WHERE name = 'QJ'")
    assert unit.new_case("QJ", NOW).code != case.code


def test_a_kept_case_comes_back_whole(unit: Unit) -> None:
    case = file(unit, entered(WANG, due=DUE))
    assert unit.case(case.id) == case
    assert unit.case(case.id).visits[0].due_at == DUE
    assert unit.case(case.id).filed_at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("asked", ["{code}", " {CODE} ", "qj-2026-0001", "ＱＪ-２０２６-０００１"])
def test_a_case_is_found_by_code_or_number(unit: Unit, asked: str) -> None:
    case = file(unit)
    word = asked.format(code=case.code, CODE=case.code.upper())
    assert unit.find_case(word) == case


def test_nothing_is_found_by_a_word_nobody_gave(unit: Unit) -> None:
    file(unit)
    assert unit.find_case("zzzz") is None
    with pytest.raises(UnknownCase):
        unit.case("nowhere")


def test_the_journal_comes_back_with_its_texts_and_moments(unit: Unit) -> None:
    case = file(unit, entered(WANG), reason="去医院看牙")
    case = go_on(unit, case, done(WANG, 0, reason="同意，注意休息"))
    entries = unit.journal(case.id)
    assert [entry.act for entry in entries] == ["filed", "entered", "done"]
    assert entries[0].data["values"] == dict(case.values)
    assert entries[2].data["reason"] == "同意，注意休息"
    assert entries[2].at == NOW + timedelta(minutes=5)
    assert entries[2].at.utcoffset() == timedelta(hours=8)
    assert fold(case.id, entries) == case


def test_free_texts_do_not_stand_in_the_chain(unit: Unit) -> None:
    case = file(unit, entered(WANG), reason="去医院看牙")
    go_on(unit, case, done(WANG, 0, reason="准假"))
    kept = "".join(row["data"] for row in unit.db.rows("SELECT data FROM journal"))
    assert "看牙" not in kept
    assert "准假" not in kept
    assert "2026-11-24 am" in kept
    texts = {row["body"] for row in unit.db.rows("SELECT body FROM contents")}
    assert {"去医院看牙", "准假", "事假"} <= texts


def test_equal_texts_have_different_hashes(unit: Unit) -> None:
    for _ in range(2):
        file(unit, reason="家事")
    found = [json.loads(row["data"])["values"]["reason"]["#"] for row in unit.db.rows("SELECT data FROM journal")]
    assert found[0] != found[1]


def test_a_deleted_text_reads_as_deleted(unit: Unit) -> None:
    case = file(unit, reason="去医院看牙")
    unit.db.change("DELETE FROM contents WHERE body = :text", text="去医院看牙")
    values = unit.journal(case.id)[0].data["values"]
    assert isinstance(values, dict)
    assert values["reason"] == "（内容已按保管期限清除）"
    assert values["leave_type"] == "事假"


def test_the_second_of_two_decisions_is_told_who_was_faster(unit: Unit) -> None:
    case = file(unit, entered(WANG, LI))
    go_on(unit, case, done(WANG, 0))
    with pytest.raises(AlreadyDone) as refused:
        go_on(unit, case, done(LI, 0, decision="refuse"))
    assert (refused.value.by, refused.value.at, refused.value.mine) == (WANG, NOW + timedelta(minutes=5), False)
    with pytest.raises(AlreadyDone) as again:
        go_on(unit, case, done(WANG, 0))
    assert again.value.mine
    assert unit.case(case.id).visits[0].done_by == WANG
    assert len(unit.journal(case.id)) == 3


def test_a_case_is_filed_once(unit: Unit) -> None:
    case = file(unit, entered(WANG))
    with pytest.raises(AlreadyDone):
        unit.keep(Outcome(case, unit.journal(case.id)))


def test_a_case_nobody_filed_cannot_go_on(unit: Unit) -> None:
    case = replace(file(unit, entered(WANG)), id="elsewhere")
    with pytest.raises(UnknownCase):
        go_on(unit, case, done(WANG, 0))


def test_lines_that_do_not_lead_to_the_case_are_a_bug(unit: Unit) -> None:
    case = file(unit, entered(WANG))
    entries = unit.journal(case.id)
    with pytest.raises(ValueError, match="revision"):
        unit.keep(Outcome(replace(case, revision=9), entries[1:]))


def test_a_failed_keep_leaves_nothing_even_if_the_unit_goes_on(unit: Unit) -> None:
    case = file(unit, entered(WANG))
    go_on(unit, case, done(WANG, 0))
    before = unit.db.value("SELECT COUNT(*) FROM outbox")
    with pytest.raises(AlreadyDone):
        go_on(unit, case, done(LI, 0), notices=(tell(LIU),), effects=Effects(rows=(RegisterRow("a", "k", {}),)))
    assert unit.db.value("SELECT COUNT(*) FROM outbox") == before
    assert unit.register_size("a") == 0
    assert unit.outbox_log(case.id) == ()


def test_a_naive_moment_is_refused(unit: Unit) -> None:
    with pytest.raises(ValueError, match="naive"):
        file(unit, at=NOW.replace(tzinfo=None))


def test_urging_is_remembered(unit: Unit) -> None:
    case = file(unit, entered(WANG))
    assert unit.nudged_at(case.id) == ()
    urged = replace(done(LIU, 0), act="urged", data={})
    go_on(unit, case, urged)
    assert unit.nudged_at(case.id) == (NOW + timedelta(minutes=5),)


def test_waiting_boxes_sort_by_deadline_then_age(unit: Unit) -> None:
    late = file(unit, entered(WANG), at=NOW)
    early = file(unit, entered(WANG), at=NOW - timedelta(days=1))
    due = file(unit, entered(WANG, due=DUE), at=NOW)
    overdue = file(unit, entered(WANG, due=NOW - timedelta(days=2)), at=NOW)
    file(unit, entered(LI))
    found = unit.box("to_approve", WANG, offset=0, limit=10)
    assert [case.no for case in found] == [overdue.no, due.no, early.no, late.no]
    assert unit.box("to_approve", WANG, offset=1, limit=2) == (due, early)
    assert unit.count("to_approve", WANG) == 4


@pytest.mark.parametrize(
    ("kind", "box"),
    [
        ("review", "to_approve"),
        ("countersign", "to_approve"),
        ("sign", "to_approve"),
        ("confirm", "to_approve"),
        ("issue", "to_approve"),
        ("register", "to_handle"),
        ("execute", "to_handle"),
        ("archive", "to_handle"),
        ("submit", "to_handle"),
    ],
)
def test_a_step_waits_in_the_box_of_its_kind(unit: Unit, kind: str, box: str) -> None:
    file(unit, entered(WANG, kind=kind))
    assert (unit.count("to_approve", WANG), unit.count("to_handle", WANG)) == (
        (1, 0) if box == "to_approve" else (0, 1)
    )


def test_a_case_moves_through_the_boxes(unit: Unit) -> None:
    case = file(unit, entered(WANG, LI), notices=(ask(WANG, 0), ask(LI, 0)))
    case = go_on(unit, case, done(WANG, 0), entered(ZHAO, kind="register"), notices=(tell(LIU), tell("F001")))
    assert unit.count("to_approve", WANG) == unit.count("to_approve", LI) == 0
    assert unit.box("to_handle", ZHAO, offset=0, limit=5) == (case,)
    assert unit.box("done", WANG, offset=0, limit=5) == (case,)
    assert unit.box("mine", LIU, offset=0, limit=5) == (case,)
    assert unit.box("copied", "F001", offset=0, limit=5) == (case,)
    assert unit.count("done", LI) == unit.count("copied", LI) == unit.count("copied", LIU) == 0
    assert unit.concerned(case.id) == {LIU, WANG, LI, ZHAO, "F001"}


def test_who_sent_it_back_has_it_among_the_done(unit: Unit) -> None:
    case = file(unit, entered(WANG))
    case = go_on(unit, case, replace(ended(WANG, "", "日期不对"), act="sent_back"))
    assert case.state == "returned"
    assert unit.box("done", WANG, offset=0, limit=5) == (case,)
    assert unit.count("to_approve", WANG) == 0


def test_ones_own_steps_are_no_decisions(unit: Unit) -> None:
    file(unit, entered(LIU, kind="submit"), done(LIU, 0, decision="done"))
    assert unit.count("done", LIU) == 0
    assert unit.count("mine", LIU) == 1


def test_newest_first_where_nothing_waits(unit: Unit) -> None:
    first, second = file(unit, at=NOW), file(unit, at=NOW + timedelta(hours=1))
    assert unit.box("mine", LIU, offset=0, limit=5) == (second, first)
    assert unit.box("mine", LIU, offset=1, limit=5) == (first,)


def test_a_timer_ends_with_its_visit(unit: Unit) -> None:
    timers = (Timer(DUE, "due", 0), Timer(NOW + timedelta(hours=4), "nudge", 0, {"step": "x"}))
    case = file(unit, entered(WANG), effects=Effects(timers=timers))
    assert unit.due_timers(NOW, 10) == ()
    (nudge,) = unit.due_timers(NOW + timedelta(hours=4), 10)
    assert (nudge.case_id, nudge.visit, nudge.kind, nudge.due_at) == (case.id, 0, "nudge", NOW + timedelta(hours=4))
    assert nudge.data == {"step": "x"}
    assert nudge.due_at.utcoffset() == timedelta(hours=8)
    unit.end_timer(nudge.id)
    assert unit.next_timer_at() == DUE
    go_on(unit, case, done(WANG, 0), entered(LI), effects=Effects(timers=(Timer(DUE, "due", 1),)))
    assert [(timer.visit, timer.kind) for timer in unit.due_timers(DUE, 10)] == [(1, "due")]


def test_a_second_timer_of_the_same_kind_moves_the_first(unit: Unit) -> None:
    case = file(unit, entered(WANG), effects=Effects(timers=(Timer(NOW, "nudge", 0), Timer(DUE, "case", -1))))
    again = replace(done(WANG, 0), act="noted", data={})
    go_on(unit, case, again, effects=Effects(timers=(Timer(DUE, "nudge", 0),)))
    assert unit.due_timers(NOW, 10) == ()
    assert {(timer.visit, timer.kind) for timer in unit.due_timers(DUE, 10)} == {(0, "nudge"), (-1, "case")}
    assert len(unit.due_timers(DUE, 1)) == 1


def test_an_ended_case_has_no_timers(unit: Unit) -> None:
    case = file(unit, entered(WANG), effects=Effects(timers=(Timer(DUE, "case", -1), Timer(DUE, "due", 0))))
    go_on(unit, case, done(WANG, 0), ended(WANG, "closed"))
    assert unit.next_timer_at() is None


def test_what_is_looked_for_with_a_nul_is_not_found(unit: Unit) -> None:
    case = file(unit, entered(WANG))
    for odd in ("\0", f"{case.id}\0", f"\0{case.no}"):
        with pytest.raises(UnknownCase):
            unit.case(odd)
        assert unit.file(odd) is None
