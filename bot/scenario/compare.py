"""Everything under `expect` held against what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.scenario.deadlines import due_differences, step_of
from bot.scenario.lateness import late_figures
from bot.scenario.play import Played
from bot.scenario.reading import Scenario, moment, number_of, values_of
from bot.scenario.recurrence import figures_in, lines_of
from bot.scenario.route import differing
from flows.approval.case import Case
from flows.calendar import Calendar
from flows.deadlines.ahead import still_to_come
from flows.errors import BrokenRule, Incomplete
from flows.facts import Facts
from flows.families import family_of
from flows.people import Office
from flows.procedure.model import Pack, Procedure
from handlers.gather import facts_for
from handlers.ports import Desk
from storage.outbox import OutboxLine
from storage.unit import Unit

MOST_OTHERS = 3


@dataclass
class View:
    """What a comparison may look at: the scenario, what was played and the database as it stands."""

    scenario: Scenario
    played: Played
    unit: Unit
    desk: Desk
    pack: Pack
    procedure: Procedure
    case: Case | None

    @property
    def office(self) -> Office:
        """The scenario's office."""
        return self.scenario.office

    @property
    def calendar(self) -> Calendar:
        """The calendar in force."""
        return self.desk.calendar

    def lines(self) -> tuple[OutboxLine, ...]:
        """Everything anybody was asked, told or reminded of about the case, or about what recurs."""
        own = self.unit.outbox_log(self.case.id) if self.case is not None else ()
        return (*own, *lines_of(self.scenario, self.desk, self.unit))


UNFILED = frozenset({"accepted", "clauses", "asks_for", "figures", "warnings", "told"})
"""What can be asked of a request that was stopped at filing."""

ITEM_KEYS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "route": (frozenset({"post", "person", "kind"}), frozenset({"for"})),
    "records": (frozenset({"register", "row"}), frozenset()),
    "told": (frozenset({"person", "about"}), frozenset()),
    "nudges": (frozenset({"to", "from", "until", "about"}), frozenset()),
    "refused_events": (frozenset({"event"}), frozenset({"clause"})),
}


SHAPES: Mapping[str, type] = {"accepted": bool, "state": str, "figures": dict, "due": dict}
"""What an expectation is, where it is no list."""


def _odd_items(key: str, expected: Any) -> list[str]:
    """What the items of a list expectation have too much or too little of."""
    fits = isinstance(expected, SHAPES.get(key, list))
    if not fits:
        return [f"expectation not understood: {key} {expected}"]
    if key not in ITEM_KEYS:
        return []
    must, may = ITEM_KEYS[key]
    odd = [item for item in expected if not (isinstance(item, dict) and must <= set(item) <= must | may)]
    return [f"expectation not understood: {key} {item}" for item in odd]


def compare(view: View) -> list[str]:
    """What differs from the expectation, a sentence each; empty where everything holds."""
    wrong: list[str] = []
    for key, expected in view.scenario.expect.items():
        check = CHECKS.get(key)
        if check is None:
            wrong.append(f"expectation not understood: {key}")
            continue
        odd = _odd_items(key, expected)
        if odd:
            wrong.extend(odd)
            continue
        if view.case is None and view.scenario.by and key not in UNFILED:
            wrong.append(f"{key}: nothing was filed")
            continue
        wrong.extend(f"{key}: {difference}" for difference in check(view, expected))
    return wrong


def _accepted(view: View, expected: Any) -> list[str]:
    if view.played.accepted == expected:
        return []
    refusal = view.played.refusal
    why = f" ({type(refusal).__name__}: {refusal.sentence} {refusal.entries})" if refusal else ""
    return [f"expected {expected}, got {view.played.accepted}{why}"]


def named_clauses(view: View) -> set[str]:
    """Every ledger id the product named as a reason."""
    named: set[str] = {line.about for line in view.lines() if "/recurring/" in line.about}
    if view.played.refusal is not None:
        return set(view.played.refusal.entries)
    if view.case is not None:
        named |= set(view.case.clauses)
        named |= {view.procedure.entry("step", step) for step in _reached(view, view.case)}
    stopped = (view.played.stopped,) if view.played.stopped is not None else ()
    for refusal in (*view.played.refused_events.values(), *stopped):
        named |= set(refusal.entries)
    return named


def _reached(view: View, case: Case) -> tuple[str, ...]:
    """The steps somebody was asked at, and those whose deadline runs already."""
    facts = facts_for(view.unit, view.desk, view.pack, case.applicant, case_id=case.id)
    to_come = (step.id for step, _ in still_to_come(view.procedure, case, facts))
    return (*(visit.step for visit in case.visits), *to_come)


def _clauses(view: View, expected: list[str]) -> list[str]:
    named = named_clauses(view)
    wrong = [f"not named: {entry}" for entry in expected if entry not in named]
    others = named - set(expected)
    if not view.played.accepted and len(others) > MOST_OTHERS:
        wrong.append(f"more than {MOST_OTHERS} others beside the refusal: {sorted(others)}")
    return wrong


def _warnings(view: View, expected: list[str]) -> list[str]:
    findings = view.played.look.findings if view.played.look else ()
    warned = {finding.entry for finding in findings if finding.weight == "warn"}
    return [f"not warned of: {entry}" for entry in expected if entry not in warned]


def _asks_for(view: View, expected: list[str]) -> list[str]:
    refusal = view.played.refusal
    asked: set[str] = set()
    if isinstance(refusal, Incomplete):
        asked = set(refusal.fields)
    if isinstance(refusal, BrokenRule):
        asked = {item for finding in refusal.findings for item in finding.asks_for}
    return [f"not asked for: {item}" for item in expected if item not in asked]


def _state(view: View, expected: str) -> list[str]:
    assert view.case is not None
    return [] if view.case.state == expected else [f"expected {expected}, got {view.case.state}"]


def _done(view: View, expected: list[str]) -> list[str]:
    assert view.case is not None
    done = view.case.done_steps()
    return [f"not done: {step}" for step in expected if step not in done]


def _figures(view: View, expected: Mapping[str, Any]) -> list[str]:
    found = dict(view.played.look.figures) if view.played.look else {}
    found |= figures_in(view.scenario, view.desk, view.unit)
    found |= _request_figures(view) if view.scenario.by else {}
    if view.case is not None and {"late", "late_minutes"} & expected.keys():
        found |= late_figures(
            view.procedure, view.case, _facts(view), [step_of(view.procedure, view.pack, a) for a in _dues(view)]
        )
    return [
        f"{name}: expected {value}, got {found.get(name)}"
        for name, value in expected.items()
        if not _same(found.get(name), value)
    ]


def _request_figures(view: View) -> Mapping[str, Any]:
    """The figures of the request as it stands now."""
    who = number_of(view.scenario, view.scenario.by)
    values = view.case.values if view.case else values_of(view.scenario, view.procedure, view.scenario.values)
    case_id = view.case.id if view.case else ""
    facts = facts_for(
        view.unit, view.desk, view.pack, who, values=values, case_id=case_id, family=view.procedure.family
    )
    person = view.office.person(who)
    family = family_of(view.procedure)
    if view.case is not None:
        return family.figures_of(view.procedure, view.case, facts)
    return family.figures(view.procedure, values, person, facts)


def _facts(view: View) -> Facts:
    """The facts the case is judged by at the end of the run."""
    who = number_of(view.scenario, view.scenario.by)
    return facts_for(view.unit, view.desk, view.pack, who, case_id=view.case.id if view.case else "")


def _dues(view: View) -> list[str]:
    return list(view.scenario.expect.get("due") or ())


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return abs(left - right) < 1e-9
    return str(left) == str(right)


def _due(view: View, expected: Mapping[str, Any]) -> list[str]:
    assert view.case is not None
    facts = facts_for(view.unit, view.desk, view.pack, view.case.applicant)
    return due_differences(view.case, view.procedure, facts, expected)


def _records(view: View, expected: list[Mapping[str, Any]]) -> list[str]:
    wrong = []
    for record in expected:
        rows = [row.row for row in view.unit.register(record["register"], offset=0, limit=500) if not row.superseded]
        wanted = record["row"]
        if not any(all(_reads(_named(view, row.get(key)), value) for key, value in wanted.items()) for row in rows):
            wrong.append(f"no row {dict(wanted)} in {record['register']}: {[dict(row) for row in rows]}")
    return wrong


def _reads(cell: Any, value: Any) -> bool:
    """Whether a cell says what is expected; a date is the whole day, so that any time on it fits."""
    text = str(value)
    whole_day = isinstance(cell, str) and len(text) == 10 and text[4:5] == "-" and cell[:10] == text
    return whole_day or _same(cell, value)


def _named(view: View, value: Any) -> Any:
    """A staff number in a row as the name it stands for."""
    return view.office.name_of(value) if isinstance(value, str) else value


def _told(view: View, expected: list[Mapping[str, str]]) -> list[str]:
    lines = view.lines()
    return [
        f"{item['person']} did not learn of {item['about']}"
        for item in expected
        if not _refused_to(view, item)
        and not any(
            line.person == number_of(view.scenario, item["person"])
            and line.about == item["about"]
            and line.kind in ("tell", "ask")
            for line in lines
        )
    ]


def _refused_to(view: View, item: Mapping[str, str]) -> bool:
    """Whether it is the filer who learnt of it, by the refusal itself."""
    refusal = view.played.refusal
    return refusal is not None and item["person"] == view.scenario.by and item["about"] in refusal.entries


def _nudges(view: View, expected: list[Mapping[str, str]]) -> list[str]:
    zone: Any = view.scenario.now.tzinfo
    wrong = []
    for item in expected:
        who = number_of(view.scenario, item["to"])
        first, last = moment(item["from"], zone), moment(item["until"], zone)
        about = step_of(view.procedure, view.pack, item["about"])
        found = any(
            line.person == who and line.kind == "nudge" and line.about == about and first <= line.at <= last
            for line in view.lines()
        )
        if not found:
            wrong.append(f"{item['to']} was not reminded of {item['about']} within {first}..{last}")
    return wrong


def _nobody(kind: str) -> Callable[[View, list[str]], list[str]]:
    def check(view: View, expected: list[str]) -> list[str]:
        reached = {line.person for line in view.lines() if line.kind == kind}
        return [f"{name} was" for name in expected if number_of(view.scenario, name) in reached]

    return check


def _refused_events(view: View, expected: list[Mapping[str, Any]]) -> list[str]:
    got = view.played.refused_events
    wanted = {int(item["event"]): item.get("clause", "") for item in expected}
    wrong = [f"event {index} had an effect" for index in wanted if index not in got]
    wrong += [f"event {i} was refused: {r.sentence or type(r).__name__}" for i, r in got.items() if i not in wanted]
    wrong += [
        f"event {index} was refused without naming {clause}"
        for index, clause in wanted.items()
        if clause and index in got and clause not in got[index].entries
    ]
    return wrong


def _route(view: View, expected: list[Mapping[str, str]]) -> list[str]:
    assert view.case is not None
    return differing(view.case, view.scenario, expected)


CHECKS: Mapping[str, Callable[[View, Any], list[str]]] = {
    "accepted": _accepted,
    "clauses": _clauses,
    "warnings": _warnings,
    "asks_for": _asks_for,
    "figures": _figures,
    "due": _due,
    "route": _route,
    "state": _state,
    "done": _done,
    "records": _records,
    "told": _told,
    "nudges": _nudges,
    "not_asked": _nobody("ask"),
    "not_nudged": _nobody("nudge"),
    "refused_events": _refused_events,
}


def judge(view: View, now: datetime) -> list[str]:
    """What differs, at the moment the run ended; refused events that nobody expected are differences too."""
    view.desk = Desk(view.desk.office, view.desk.rules, view.desk.calendar, now)
    wrong = compare(view)
    if view.played.refused_events and "refused_events" not in view.scenario.expect:
        wrong += _refused_events(view, [])
    return wrong
