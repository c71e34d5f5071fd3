"""Meetings: who is due and who came, the quorum, each item's votes, what passed, and the minutes.

What the procedure says under `meeting` is told in `flows.approval.sitting`; `flows.approval.meeting` are the acts.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from flows.approval import words
from flows.approval.assign import assign
from flows.approval.case import Case
from flows.approval.outcome import Effects, Notice, RegisterRow, Timer
from flows.approval.sitting import CHOICES, Sitting, due_of, least, named, reached, sitting_of, text_list
from flows.calendar import moment_text
from flows.cards import Fact
from flows.deadlines.due import moment_of
from flows.facts import Facts
from flows.families.base import Family
from flows.families.meeting_checks import PassesBy, Quorum
from flows.families.meeting_order import RemindsPeople, reminder_at
from flows.families.told import people_named
from flows.people import Person
from flows.procedure.condition import absent
from flows.procedure.model import Json, Procedure, Rule, Step, Values

P = TypeVar("P")
MINUTES = "minutes"
_REMIND = "people:"


def votable(procedure: Procedure, sitting: Sitting) -> tuple[str, ...]:
    """The items that may be voted on with those present, in order."""
    short = any(
        p.items == "cadre" and not reached(len(sitting.present), len(sitting.due), p.numerator, p.denominator)
        for p in _params(procedure, Quorum)
    )
    return tuple(item for item in sitting.items if not (short and item in sitting.cadre))


def needed(procedure: Procedure, sitting: Sitting) -> int | None:
    """How many votes for an item takes (None: the procedure votes on nothing)."""
    found = (least(len(sitting.due), p.numerator, p.denominator, more=p.more) for p in _params(procedure, PassesBy))
    return max(found, default=None)


def passed(procedure: Procedure, sitting: Sitting, item: str) -> bool:
    """Whether the item is carried: enough votes for it, all of them in, and not put off by the chair."""
    wanted = needed(procedure, sitting)
    return (
        wanted is not None
        and item not in sitting.deferred
        and item in votable(procedure, sitting)
        and sitting.count(item).for_ >= wanted
    )


def _params(procedure: Procedure, kind: type[P]) -> Iterator[P]:
    return (item.params for rule in procedure.rules for item in rule.checks if isinstance(item.params, kind))


class MeetingFamily(Family):
    """Meetings, with or without votes."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Who is due, where nobody named them and the form does not ask."""
        field = procedure.field_by_id.get(named(procedure, "due"))
        if field is None or not field.computed or not absent(values.get(field.id)):
            return {}
        return {field.id: list(due_of(procedure, values, facts.office))}

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Who should come and came, whether the meeting may open, and how the item last voted on stands."""
        sitting = sitting_of(procedure, values, applicant.staff_no, facts.office)
        if not sitting.due:
            return {}
        here, due = len(sitting.present), len(sitting.due)
        found: dict[str, Json] = {"members_due": due, "present": here}
        for params in _params(procedure, Quorum):
            name = "quorum_met" if params.items == "all" else "cadre_quorum_met"
            found[name] = reached(here, due, params.numerator, params.denominator)
        wanted = needed(procedure, sitting)
        if wanted is not None:
            found |= {"needed": wanted, "ballots": len(sitting.items)}
        if wanted is not None and sitting.last:
            votes = sitting.count(sitting.last).for_
            found |= {"votes_for": votes, "passed": passed(procedure, sitting, sitting.last)}
        return found

    def fill_in(self, procedure: Procedure, step: Step, case: Case, recorded: Values, facts: Facts) -> dict[str, Json]:
        """Who came, at the step that records it; what passed, and how everybody voted, at those that do."""
        sitting = sitting_of(procedure, case.values, case.applicant, facts.office)
        known: Mapping[str, Json] = {
            named(procedure, "present"): list(sitting.present),
            named(procedure, "passed"): [item for item in sitting.items if passed(procedure, sitting, item)],
        }
        return {
            field.id: value
            for field in procedure.fields
            if field.recorded_by == step.id and absent(recorded.get(field.id))
            for value in [known.get(field.id)]
            if not absent(value)
        }

    def effects(
        self,
        event: str,
        before: Case,
        after: Case,
        procedure: Procedure,
        facts: Facts,
        step: Step | None,
        decision: str,
    ) -> Effects:
        """Beside what every procedure does: cards for who is called, the minutes, and word where it is called off."""
        effects = super().effects(event, before, after, procedure, facts, step, decision)
        if event in ("withdrawn", "cancelled") and self._is_called(procedure, before):
            text = f"{_name(procedure, after)}（{after.no}）已取消，不用参加。"
            effects += Effects(notices=tuple(_tell(p, event, text) for p in self._invited(procedure, after, facts)))
        if event != "done" or step is None:
            return effects
        if step.id == named(procedure, "called"):
            people = self._invited(procedure, after, facts)
            effects += Effects(notices=tuple(Notice(who, "update", step.id, "copy") for who in people))
        if step.id in (named(procedure, "vote"), named(procedure, "minutes")):
            effects += Effects(rows=self.minutes(procedure, after, facts))
        return effects

    def _is_called(self, procedure: Procedure, case: Case) -> bool:
        return named(procedure, "called") in case.done_steps()

    def _invited(self, procedure: Procedure, case: Case, facts: Facts) -> tuple[str, ...]:
        observers = text_list(case.values.get("observers"))
        return tuple(dict.fromkeys((*due_of(procedure, case.values, facts.office), *observers)))

    def minutes(self, procedure: Procedure, case: Case, facts: Facts) -> tuple[RegisterRow, ...]:
        """A row for each item, as it stands."""
        if not named(procedure, "vote"):
            return ()
        office = facts.office
        sitting = sitting_of(procedure, case.values, case.applicant, office)
        wrote = "、".join(office.name_of(who) for who in sitting.written)
        row: dict[str, Json] = {
            "meeting": named(procedure, "name"),
            "chair": office.name_of(sitting.chair),
            "minute_taker": self._minute_taker(procedure, case, facts),
            "written_by": wrote,
            "held_at": case.values.get(named(procedure, "start")),
        }
        rows = []
        for item in sitting.items:
            votes: dict[str, Json] = {"item": item}
            if sitting.complete(item) and item in sitting.votes:
                count = sitting.count(item)
                votes |= {"votes_for": count.for_, "votes_against": count.against, "votes_defer": count.defer}
                votes["passed"] = passed(procedure, sitting, item)
            rows.append(RegisterRow(MINUTES, f"{case.id}:{item}", {**row, **votes}))
        return tuple(rows)

    def _minute_taker(self, procedure: Procedure, case: Case, facts: Facts) -> str:
        step = procedure.step_by_id.get(named(procedure, "minutes"))
        done = [visit.done_by for visit in case.visits_of_round() if step and visit.step == step.id and visit.done_by]
        if done or step is None:
            return facts.office.name_of(done[-1]) if done else ""
        asks = assign(procedure, step, case.applicant, facts, case.values).asks
        return facts.office.name_of(asks[0].person) if asks else ""

    def said_of(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> str:
        """What people are told: the meeting they are called to, the result of the vote."""
        start = moment_of(case.values.get(named(procedure, "start")), facts.calendar, facts.now)
        if step.id == named(procedure, "called") and start is not None:
            items = "、".join(text_list(case.values.get(named(procedure, "items"))))
            place = str(case.values.get("venue") or "")
            where = f"在{place}" if place else ""
            about = f"，议题：{items}" if items else ""
            sign = f"到会请点“签到”，或发送“签到 {case.code}”。" if named(procedure, "until") else "请准时参加。"
            return f"{moment_text(start)}{where}开{_name(procedure, case)}{about}。{sign}"
        if step.kind == "notify" and step.seat == "chair":
            return f"{_name(procedure, case)}表决结果：{'；'.join(self.results(procedure, case, facts))}。"
        return super().said_of(step, case, procedure, facts)

    def results(self, procedure: Procedure, case: Case, facts: Facts) -> tuple[str, ...]:
        """Each item with its votes and what came of it."""
        sitting = sitting_of(procedure, case.values, case.applicant, facts.office)
        return tuple(self._result(procedure, sitting, item) for item in sitting.items)

    def _result(self, procedure: Procedure, sitting: Sitting, item: str) -> str:
        if item in sitting.deferred:
            return f"{item}：缓议"
        if item not in votable(procedure, sitting):
            return f"{item}：到会人数不够，未表决"
        count = sitting.count(item)
        cast = "、".join(
            f"{CHOICES[key]} {n}" for key, n in zip(CHOICES, (count.for_, count.against, count.defer), strict=True)
        )
        came = "通过" if passed(procedure, sitting, item) else "未通过"
        return f"{item}：{cast}，应到 {len(sitting.due)}，{came}" if sitting.votes.get(item) else f"{item}：未表决"

    def said_approved(self, procedure: Procedure, case: Case) -> str:
        """What the one who called it hears once everything is decided."""
        if not named(procedure, "vote"):
            return super().said_approved(procedure, case)
        return f"{_name(procedure, case)}（{case.no}）各项都已表决，等主持人公布结果。"

    def timers(self, procedure: Procedure, step: Step, case: Case, visit: int, facts: Facts) -> tuple[Timer, ...]:
        """The reminders still to come; they move on from step to step with the case."""
        found = ((rule, reminder_at(params, case.values, facts)) for rule, params in _reminders(procedure))
        return tuple(Timer(at, f"{_REMIND}{rule.id}", visit) for rule, at in found if at is not None and at > facts.now)

    def on_timer(
        self,
        kind: str,
        procedure: Procedure,
        step: Step,
        case: Case,
        visit: int,
        facts: Facts,
        given: Mapping[str, Json],
    ) -> Effects | None:
        """Everybody a rule names is reminded of the meeting; a meeting on hold reminds nobody."""
        if not kind.startswith(_REMIND):
            return None
        rule = procedure.rule_by_id.get(kind.removeprefix(_REMIND))
        if rule is None or case.held:
            return Effects()
        start = moment_of(case.values.get(named(procedure, "start")), facts.calendar, facts.now)
        when = moment_text(start) if start is not None else ""
        text = f"提醒：{when}开{_name(procedure, case)}（{case.no}），请准时参加。"
        people = dict.fromkeys(
            who for own, params in _reminders(procedure) if own == rule for who in _who(params, case, facts)
        )
        return Effects(notices=tuple(Notice(who, "nudge", rule.entry, "copy", text=text) for who in people))

    def told(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> tuple[str, ...]:
        """Those whom the step or a rule names; who is called to the meeting, when it is called."""
        called = step.id == named(procedure, "called")
        own = self._invited(procedure, case, facts) if called else ()
        return tuple(dict.fromkeys((*super().told(step, case, procedure, facts), *own)))

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """Who has signed in, and the items by the number they are voted on."""
        sitting = sitting_of(procedure, values, applicant.staff_no, facts.office)
        if not named(procedure, "until") or not sitting.due:
            return ()
        here = "、".join(facts.office.name_of(who) for who in sitting.present) or "还没有人签到"
        return (Fact("签到", f"应到 {len(sitting.due)} 人，实到 {len(sitting.present)} 人：{here}"),)

    def labels(self, figures: Values) -> tuple[tuple[str, str], ...]:
        """The figures as people read them."""
        shown = []
        for name, label in (("members_due", "应到"), ("present", "实到"), ("needed", "通过需赞成票")):
            if isinstance(figures.get(name), int):
                shown.append((label, f"{figures[name]}"))
        return (*shown, *super().labels(figures))


def _name(procedure: Procedure, case: Case) -> str:
    kind = case.values.get(named(procedure, "kind"))
    return named(procedure, "name") or (str(kind) if kind else words.short_name(procedure))


def _tell(person: str, about: str, text: str) -> Notice:
    return Notice(person, "tell", about, "copy", text=text)


def _reminders(procedure: Procedure) -> Iterator[tuple[Rule, RemindsPeople]]:
    return (
        (rule, item.params)
        for rule in procedure.rules
        for item in rule.checks
        if isinstance(item.params, RemindsPeople)
    )


def _who(params: RemindsPeople, case: Case, facts: Facts) -> tuple[str, ...]:
    """Staff numbers of those reminded: the people in the fields named, else who holds the post."""
    found: list[str] = []
    for name in params.who:
        value = case.values.get(name)
        listed = [who for who in text_list(value) if who in facts.office.people]
        found += listed or (() if value else people_named(name, facts.office, case.applicant))
    return tuple(dict.fromkeys(found))
