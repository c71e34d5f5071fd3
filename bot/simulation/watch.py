"""What must hold every evening, told from the journal and the tables, not by the engine that wrote them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flows.calendar import Slot
from flows.people import Office
from storage.unit import Unit
from storage.verify import differences_of, verify

_SLACK = timedelta(minutes=10)
"""A timer is carried out at its moment; a deadline a few minutes old may still be on its way."""


def wrong_today(unit: Unit, office: Office, since: datetime, now: datetime) -> list[str]:
    """Every promise broken by what has changed since that moment, or standing open now."""
    changed = unit.db.rows(
        "SELECT id, no FROM cases WHERE changed_at >= :since ORDER BY no", since=unit.db.stamp(since)
    )
    found = [f"{row['no']}: {text}" for row in changed for text in differences_of(unit, row["id"])]
    for promise in (_balances, _trips, _leaves, _ended_cases, _waiting_cases, _timers):
        found += promise(unit)
    found += _deadlines(unit, now)
    found += _gone(unit, office)
    return found


def wrong_in_all(unit: Unit) -> list[str]:
    """What differs when everything is recomputed from the first line."""
    return [f"{one.case_no or 'all'}: {one.text}" for one in verify(unit).differences]


def _balances(unit: Unit) -> Iterator[str]:
    """The ledger is the sum of the leaves that stand."""
    sql = (
        "SELECT person, SUM(reserved) AS reserved, SUM(used) AS used, SUM(asked) AS asked, SUM(taken) AS taken FROM ("
        "SELECT person, reserved, used, 0.0 AS asked, 0.0 AS taken FROM ledger UNION ALL "
        "SELECT person, 0.0, 0.0, CASE status WHEN 'reserved' THEN days ELSE 0.0 END,"
        " CASE status WHEN 'settled' THEN days ELSE 0.0 END FROM leaves) AS lines GROUP BY person ORDER BY person"
    )
    for row in unit.db.rows(sql):
        if abs(row["reserved"] - row["asked"]) > 1e-6 or abs(row["used"] - row["taken"]) > 1e-6:
            yield f"{row['person']}: the ledger is not the sum of the leaves"


def _trips(unit: Unit) -> Iterator[str]:
    """No car and no driver is promised for two trips at once, or out on two; a trip may come back late."""
    sql = (
        "SELECT one.case_no AS one, other.case_no AS other FROM trips AS one JOIN trips AS other"
        " ON one.case_id < other.case_id"
        " AND ((one.vehicle <> '' AND one.vehicle = other.vehicle) OR (one.driver <> '' AND one.driver = other.driver))"
        " AND (one.starts < other.ends AND other.starts < one.ends OR one.status = 'out' AND other.status = 'out')"
        " WHERE one.status IN ('booked', 'out') AND other.status IN ('booked', 'out')"
        " ORDER BY one.case_no, other.case_no"
    )
    return (f"{row['one']} and {row['other']}: one car or driver for both" for row in unit.db.rows(sql))


def _leaves(unit: Unit) -> Iterator[str]:
    """Nobody is on two leaves in one half day, and a leave stands as its case does (void: given back whole)."""
    sql = (
        "SELECT leaves.case_no, leaves.person, leaves.slots, leaves.status, leaves.returned, cases.state FROM leaves"
        " JOIN cases ON cases.id = leaves.case_id ORDER BY leaves.case_no"
    )
    taken: dict[tuple[str, str], str] = {}
    expected = {"pending": "reserved", "approved": "settled", "closed": "settled"}
    for row in unit.db.rows(sql):
        given_back = row["returned"] and row["status"] == "void"
        if row["status"] != expected.get(row["state"], row["status"]) and not given_back:
            yield f"{row['case_no']}: {row['status']} while its case is {row['state']}"
        for slot in row["slots"].split(",") if row["status"] != "void" and row["slots"] else ():
            before = taken.setdefault((row["person"], str(Slot.parse(slot))), row["case_no"])
            if before != row["case_no"]:
                yield f"{row['case_no']} and {before}: two leaves of {row['person']} at {slot}"


def _ended_cases(unit: Unit) -> Iterator[str]:
    """An ended case asks nobody."""
    sql = (
        "SELECT DISTINCT cases.no FROM cases JOIN asks ON asks.case_id = cases.id"
        " WHERE cases.state IN ('refused', 'withdrawn', 'cancelled', 'closed') ORDER BY cases.no"
    )
    return (f"{row['no']}: ended and still asking" for row in unit.db.rows(sql))


def _waiting_cases(unit: Unit) -> Iterator[str]:
    """A pending case waits for somebody."""
    sql = (
        "SELECT no FROM cases WHERE state = 'pending' AND held = '' AND NOT EXISTS ("
        "SELECT 1 FROM asks WHERE asks.case_id = cases.id) ORDER BY no"
    )
    return (f"{row['no']}: pending and waiting for nobody" for row in unit.db.rows(sql))


def _gone(unit: Unit, office: Office) -> Iterator[str]:
    """Nothing waits for somebody who has left alone."""
    rows = unit.db.rows(
        "SELECT cases.no, asks.visit, asks.person FROM asks JOIN cases ON cases.id = asks.case_id"
        " ORDER BY cases.no, asks.visit, asks.person"
    )
    asked: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        asked.setdefault((row["no"], row["visit"]), []).append(row["person"])
    for (no, _), people in asked.items():
        if not any(office.person(person).active for person in people):
            yield f"{no}: waits for {people[0]}, who has left"


def _timers(unit: Unit) -> Iterator[str]:
    """Nothing is to happen to an ended case."""
    sql = (
        "SELECT DISTINCT cases.no FROM timers JOIN cases ON cases.id = timers.case_id"
        " WHERE cases.state IN ('refused', 'withdrawn', 'cancelled') ORDER BY cases.no"
    )
    return (f"{row['no']}: ended with a timer" for row in unit.db.rows(sql))


def _deadlines(unit: Unit, now: datetime) -> Iterator[str]:
    """Every deadline that has passed was kept as overdue."""
    rows = unit.db.rows(
        "SELECT id, no FROM cases WHERE due_at <> '' AND due_at < :now AND held = ''"
        " AND state IN ('pending', 'approved') ORDER BY no",
        now=unit.db.stamp(now - _SLACK),
    )
    for row in rows:
        case = unit.case_as_it_stands(row["id"])
        told = {entry.data.get("visit") for entry in unit.journal(case.id) if entry.act == "overdue"}
        late = (v for v in case.visits if v.status == "open" and v.due_at is not None and v.due_at < now - _SLACK)
        for visit in late:
            if visit.index not in told:
                yield f"{case.no}: {visit.step} is past its deadline and nobody was told"
