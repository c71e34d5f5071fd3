"""A scenario played: history made true, the request filed, the events acted out, the clock moved between."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.scenario.history import make_true, naming
from bot.scenario.reading import CannotPlay, Event, Scenario, number_of, values_of
from flows.approval.case import Case
from flows.approval.decide import Act, act_on
from flows.approval.filing import file_case, resubmit
from flows.approval.preview import Preview, preview
from flows.approval.run import role_of
from flows.calendar import Calendar
from flows.errors import Refused
from flows.people import Office
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Values
from flows.records import CaseNumber
from handlers.gather import Bound, bound, facts_for, facts_of
from handlers.later import file_later, later_procedure
from handlers.nudging import on_timer
from handlers.ports import Desk, Rules
from storage.unit import Unit
from storage.work import Work

VERBS = frozenset(
    {"agree", "refuse", "send_back", "execute", "confirm", "withdraw", "report_return", "urge", "cancel", "extend"}
)
RECORDING = frozenset({"agree", "execute", "confirm"})
AT_A_MEETING = frozenset({"attend", "recuse", "vote"})
BESIDE = frozenset({"transfer", "add_sign", "ask", "answer", "hold", "lift"})
LONGEST_ROUTE = 40


@dataclass
class Played:
    """What came of a scenario, for comparing."""

    accepted: bool = True
    case_id: str = ""
    refusal: Refused | None = None
    look: Preview | None = None
    findings: tuple[Finding, ...] = ()
    stopped: Refused | None = None
    refused_events: dict[int, Refused] = field(default_factory=dict)
    now: datetime | None = None


def _turned_on(scenario: Scenario, rules: Rules) -> Office:
    """The scenario's office; where its procedure is off unless an office turns it on, it has turned on that one."""
    pack = rules.current.get(scenario.pack)
    procedure = pack.procedures.get(scenario.procedure) if pack is not None else None
    if procedure is None or not procedure.switch:
        return scenario.office
    key = f"{scenario.pack}/{procedure.switch}"
    return replace(scenario.office, settings={key: [procedure.id], **scenario.office.settings})


class Player:
    """Plays one scenario on a database of its own."""

    def __init__(self, scenario: Scenario, rules: Rules, calendar: Calendar, work: Work) -> None:
        self.scenario = scenario
        self.work = work
        self.desk = Desk(_turned_on(scenario, rules), rules, calendar, scenario.now)
        self.played = Played()
        self._numbers: dict[str, str] = {}
        pack = rules.current.get(scenario.pack)
        if pack is None or scenario.procedure not in pack.procedures:
            raise CannotPlay(f"{scenario.pack}/{scenario.procedure} is not an executable procedure yet")
        self.earlier: Mapping[str, CaseNumber] = {}
        self.followed_by: str = ""
        self.pack = pack
        self.procedure = pack.procedures[scenario.procedure]

    def play(self) -> Played:
        """Everything that happens in the scenario.

        Raises:
            CannotPlay: it needs something that cannot be played yet.
        """
        for event in self.scenario.then or ():
            if event.do not in VERBS | BESIDE | AT_A_MEETING | {"resubmit", "time_passes"}:
                raise CannotPlay(f"the verb `{event.do}` cannot be played yet")
        recurs = any(item.get("kind") == "recurring" for item in self.scenario.history)
        if not self.scenario.by and not recurs:
            raise CannotPlay("a case from history going on cannot be played yet")
        self.earlier = self._do(lambda unit: make_true(unit, self.scenario, self.desk))
        if self.scenario.by:
            self._file()
        else:
            self._fall_due()
        if self.scenario.by and self.played.accepted:
            self._go_on()
        self.played.now = self.desk.now
        return self.played

    def _do(self, unit: Callable[[Unit], Any]) -> Any:
        return self.work.run_sync(unit)

    def _number(self, name: str) -> str:
        return number_of(self.scenario, name)

    def _values(self, values: Values) -> dict[str, Json]:
        return naming(values_of(self.scenario, self.procedure, values), self.pack, self.earlier)

    def _file(self) -> None:
        who, values = self._number(self.scenario.by), self._values(self.scenario.values)

        def filing(unit: Unit) -> None:
            facts = facts_for(unit, self.desk, self.pack, who, values=values, family=self.procedure.family)
            self.played.look = preview(self.pack, self.procedure, values, who, facts)
            number = unit.new_case(self.procedure.prefix, self.desk.now)
            outcome = file_case(
                self.pack, self.procedure, values, who, facts, case_id=number.id, no=number.no, code=number.code
            )
            unit.keep(outcome)
            self.played.case_id = outcome.case.id
            self.played.findings = outcome.findings

        try:
            self._do(filing)
        except Refused as refusal:
            self.played.accepted = False
            self.played.refusal = refusal

    def _fall_due(self) -> None:
        """What recurs falls due by `now`, or as the clock is moved on."""
        self._until(self.scenario.now)
        for event in self.scenario.then or ():
            if event.do != "time_passes":
                raise CannotPlay(f"`{event.do}` on a recurring item cannot be played yet")
            self._until(event.at)

    def _go_on(self) -> None:
        if self.scenario.then is None:
            self._all_agree()
            return
        for index, event in enumerate(self.scenario.then):
            self._until(event.at)
            if event.do == "time_passes":
                continue
            try:
                self._event(event)
            except Refused as refusal:
                self.played.refused_events[index] = refusal

    def _until(self, at: datetime) -> None:
        """Move the clock there, stopping at every timer on the way."""
        while True:
            due = self._do(lambda unit: unit.next_timer_at())
            if due is None or due > at:
                break
            self.desk = replace(self.desk, now=max(due, self.desk.now))
            self._do(self._fire)
        self.desk = replace(self.desk, now=at)

    def _fire(self, unit: Unit) -> None:
        for timer in unit.due_timers(self.desk.now, 1):
            on_timer(unit, self.desk, timer)

    def _event(self, event: Event) -> None:
        who = self._number(event.by)

        def acting(unit: Unit) -> None:
            found = bound(self.desk, unit.case(self._meant(unit, event)))
            facts = facts_of(unit, self.desk, found)
            recorded = {**self._known_at(found, event), **values_of(self.scenario, found.procedure, event.set)}
            later = later_procedure(found, event.do)
            if later is not None:
                asked = Act(event.do, who, reason=event.reason, set={**recorded, "until": event.until})
                opened = file_later(unit, self.desk, found, later, asked)
                unit.keep(opened)
                self.followed_by = opened.case.id
                return
            if event.do == "resubmit":
                unit.keep(resubmit(found.case, found.pack, found.procedure, recorded, who, facts))
                return
            if event.until:
                recorded["until"] = event.until
            to = self._number(event.to) if event.to and event.do in BESIDE else event.to
            if event.do in AT_A_MEETING:
                recorded = {"item": event.item, "choice": event.choice}
            # A written view is an answer given at the step where members speak.
            view = event.do == "answer" and event.step == found.procedure.family_params.get("speak", "-")
            verb = "write_view" if view else event.do
            act = Act(verb, who, step=event.step, reason=event.reason, set=recorded, to=to)
            unit.keep(act_on(found.case, found.pack, found.procedure, act, facts))

        self._do(acting)

    def _known_at(self, found: Bound, event: Event) -> dict[str, Json]:
        """What the filing's values say of the step acted on: an outcome given there is what its step records."""
        visit = found.case.open_visit
        step = event.step or (visit.step if visit is not None else "")
        if found.case.id != self.played.case_id or event.do not in RECORDING:
            return {}
        own = [field.id for field in found.procedure.fields if field.outcome and field.recorded_by == step]
        values = self._values(self.scenario.values)
        return {name: values[name] for name in own if name in values}

    def _meant(self, unit: Unit, event: Event) -> str:
        """The case an event is about: one named, the return or extension under way, else the scenario's own."""
        if event.case:
            if event.case not in self.earlier:
                raise CannotPlay(f"no earlier case is called {event.case}")
            return self.earlier[event.case].id
        if self.followed_by and not unit.case(self.followed_by).ended:
            return self.followed_by
        return self.played.case_id

    def _all_agree(self) -> None:
        """Everybody on the route acts in order and agrees, a minute apart; the return from a leave stays open."""
        for _ in range(LONGEST_ROUTE):
            case: Case = self._do(lambda unit: unit.case(self.played.case_id))
            visit = case.open_visit
            if visit is None or not visit.asks:
                return
            if visit.extra or self.procedure.step_by_id[visit.step].after_return:
                return
            actor = min(ask.person for ask in visit.asks)
            verb = "agree" if role_of(visit.kind) == "approver" else "execute"
            self._until(self.desk.now + timedelta(minutes=1))
            office = self.scenario.office
            try:
                self._event(Event(self.desk.now, verb, office.name_of(actor), step=visit.step))
            except Refused as refusal:
                self.played.stopped = refusal
                return
        raise CannotPlay("the route does not come to an end")
