"""Passes: once or until they end, for one person and one purpose, and never readable."""

from datetime import timedelta

from storage.unit import Unit
from tests.storage.sample import LIU, NOW, WANG

HOUR = timedelta(hours=1)


def test_a_pass_is_good_for_its_purpose_until_it_ends(unit: Unit) -> None:
    made = unit.issue_pass("console", LIU, at=NOW, until=NOW + HOUR)
    assert unit.pass_of("console", made, NOW) == LIU
    assert unit.pass_of("telegram", made, NOW) == ""
    assert unit.pass_of("console", made, NOW + HOUR) == ""
    assert unit.pass_of("console", made + "x", NOW) == ""


def test_a_used_pass_is_gone(unit: Unit) -> None:
    made = unit.issue_pass("telegram", LIU, at=NOW, until=NOW + HOUR)
    assert unit.end_pass("telegram", made)
    assert not unit.end_pass("telegram", made)
    assert unit.pass_of("telegram", made, NOW) == ""


def test_a_new_link_ends_the_one_before_but_sessions_live_side_by_side(unit: Unit) -> None:
    first, second = (unit.issue_pass("telegram", LIU, at=NOW, until=NOW + HOUR) for _ in range(2))
    assert [unit.pass_of("telegram", made, NOW) for made in (first, second)] == ["", LIU]
    here, there = (unit.issue_pass("session", LIU, at=NOW, until=NOW + HOUR) for _ in range(2))
    assert [unit.pass_of("session", made, NOW) for made in (here, there)] == [LIU, LIU]


def test_who_leaves_has_no_pass_any_more(unit: Unit) -> None:
    mine = [unit.issue_pass(kind, LIU, at=NOW, until=NOW + HOUR) for kind in ("telegram", "console", "session")]
    other = unit.issue_pass("session", WANG, at=NOW, until=NOW + HOUR)
    unit.end_passes(LIU)
    assert not any(unit.pass_of(kind, made, NOW) for kind in ("telegram", "console", "session") for made in mine)
    assert unit.pass_of("session", other, NOW) == WANG


def test_the_database_does_not_hold_what_is_shown(unit: Unit) -> None:
    made = unit.issue_pass("session", LIU, at=NOW, until=NOW + HOUR)
    row = unit.db.row("SELECT * FROM passes")
    assert row is not None
    assert made not in {row[column] for column in ("digest", "kind", "person", "at", "ends_at")}


def test_ended_passes_are_swept(unit: Unit) -> None:
    unit.issue_pass("session", LIU, at=NOW, until=NOW + HOUR)
    unit.issue_pass("session", WANG, at=NOW + HOUR, until=NOW + 2 * HOUR)
    assert [row["person"] for row in unit.db.rows("SELECT person FROM passes")] == [WANG]
