"""One event carried through: journal lines written one after another, each applied to the case at once.

A `Run` collects what an event decides; nothing leaves it but the finished `Outcome`. Entering a step asks its
people; a deciding step whose only person has just decided the one before is the same act (design section 5).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from flows.approval import route, words
from flows.approval.assign import asked_in
from flows.approval.case import Case, Entry, Visit, plain_asks
from flows.approval.fold import apply
from flows.approval.opening import invitation
from flows.approval.outcome import Effects, Elsewhere, Kind, Notice, Outcome, Role, Timer
from flows.approval.signing import entries_of, needed
from flows.deadlines.ahead import reminder_before
from flows.deadlines.due import at_close
from flows.deadlines.hours import any_hour
from flows.deadlines.reminders import pressed, reminders
from flows.facts import Facts
from flows.families import family_of
from flows.families.deadline_checks import deadline_of
from flows.families.lateness import due_of
from flows.families.told import reported_at
from flows.families.worked_out import known_for_sure
from flows.people import Ask, Assignment
from flows.procedure.findings import Finding
from flows.procedure.model import DECIDING, Field, Goto, Json, Procedure, Step


class Run:
    """The building of one outcome; used once and thrown away."""

    def __init__(self, case: Case, procedure: Procedure, facts: Facts, actor: str) -> None:
        self.before = case
        self.case = case
        self.procedure = procedure
        self.facts = facts
        self.actor = actor
        self.entries: list[Entry] = []
        self.notices: list[Notice] = []
        self.effects = Effects()
        self.findings: tuple[Finding, ...] = ()
        self.opens = ""

    def write(self, act: str, data: Mapping[str, Json], *, actor: str = "") -> None:
        """Add one line to the journal."""
        entry = Entry(self.case.revision + 1, self.facts.now, actor or self.actor, act, data)
        self.entries.append(entry)
        self.case = apply(self.case, entry)

    def note(self, entry: Entry, case: Case) -> None:
        """Take over the line that opened the case."""
        self.entries.append(entry)
        self.case = case

    def tell(self, people: tuple[str, ...], about: str, text: str) -> None:
        """Tell each of them one sentence, once, the actor excepted."""
        for person in dict.fromkeys(people):
            if person and person != self.actor:
                self.notices.append(Notice(person, "tell", about, self.role(person), text=text))

    def affect(self, event: str, step: Step | None = None, decision: str = "") -> None:
        """Add what the procedure's family does at this event."""
        family = family_of(self.procedure)
        self.effects += family.effects(event, self.before, self.case, self.procedure, self.facts, step, decision)

    def role(self, person: str) -> Role:
        """Which copy of the card somebody gets who is only told."""
        return "applicant" if person == self.case.applicant else "copy"

    def tell_after(self, step: Step) -> None:
        """Tell those whom the step or a rule names that it was done, unless it gave the case back."""
        if route.gives_back(self.procedure, step, self.case.values):
            return
        family = family_of(self.procedure)
        people = family.told(step, self.case, self.procedure, self.facts)
        text = family.said_of(step, self.case, self.procedure, self.facts)
        self.tell(people, step.id, text)
        for rule, others in reported_at(self.procedure, step, self.case, self.facts):
            self.tell(others, rule.entry, f"【即报】{text}依据：{'、'.join(rule.cite)}。")

    def enter(self, step: Step, *, by: str = "", back_to: str = "") -> bool:
        """Enter the step; true where the same act of `by` decided it at once.

        `back_to` is the step the case goes straight to once this one is decided.
        """
        assignment = asked_in(self.case, self.procedure, step, self.facts)
        same = bool(by) and self._same_act(step, assignment, by)
        standing = route.standing(self.procedure, self.case.visits_of_round(), step, self.case.values)
        was = self.case.state
        due = self.due(step)
        more: dict[str, Json] = {"why": list(assignment.why), "state": standing}
        if back_to:
            more["back_to"] = back_to
        if same:
            self._merge(step, assignment.asks[0], due, more)
            self.affect("done", step, "agree")
            self.tell_after(step)
            return True
        self._write_entered(step, assignment, due, more)
        if "vacant" in assignment.why or "waiting" in assignment.why:
            self._report_waiting(step, assignment)
        if was == "pending" and standing == "approved":
            self._approved()
        elif was == "approved" and standing == "pending":
            self.affect("reopened")
        return False

    def _write_entered(self, step: Step, assignment: Assignment, due: datetime | None, more: dict[str, Json]) -> None:
        """The lines that open the step: one visit, or one for each signer; who is asked gets a card at once."""
        first, total = len(self.case.visits), len(assignment.asks)
        together: dict[str, Json] = {}
        if step.sign != "any" and total > 1:
            together = {"group": first, "sign": step.sign, "needed": needed(step.sign, total), "total": total}
        for asks, later in entries_of(assignment.asks, step.sign):
            order: dict[str, Json] = {"later": plain_asks(later)} if later else {}
            self.open_visit(step, asks, _entry_of(step, asks, due) | more | together | order, due)
        for beside in family_of(self.procedure).beside(self.procedure, step, self.case, self.facts):
            asks = (Ask(beside.person, step.actor),)
            extra: dict[str, Json] = {"extra": beside.extra, "reason": beside.about}
            self.open_visit(step, asks, _entry_of(step, asks, due) | extra, due)

    def open_visit(
        self,
        step: Step,
        asks: tuple[Ask, ...],
        data: Mapping[str, Json],
        due: datetime | None = None,
        *,
        act: str = "entered",
    ) -> None:
        """Write one visit, ask its people and set its timers; `due` is when it is told to be overdue."""
        self.write(act, data)
        visit = self.case.visits[-1]
        for ask in asks:
            own = ask.person == self.case.applicant
            role: Role = "applicant" if own else role_of(visit.kind)
            # The applicant's own return is no errand yet: the card shows it, a timer reminds of it on the day.
            kind: Kind = "update" if own and step.after_return else "ask"
            self.notices.append(Notice(ask.person, kind, step.id, role, visit.index))
        self.effects += Effects(timers=self._timers(step, visit, due))

    def enter_again(self, visit: Visit, asks: tuple[Ask, ...], **changes: Json) -> None:
        """Enter a visit anew as it was: the same step, place in its group and deadline, asked of these people."""
        data: dict[str, Json] = {
            "step": visit.step,
            "kind": visit.kind,
            "post": visit.post,
            "asks": plain_asks(asks),
            "due": visit.due_at.isoformat() if visit.due_at else None,
            "group": visit.root,
            "sign": visit.sign,
            "needed": visit.needed,
            "total": visit.total,
            "later": plain_asks(visit.later),
            "then": plain_asks(visit.then),
            "handed_over": list(visit.handed_over),
            "back_to": visit.back_to,
            "extra": visit.extra,
            "of": visit.of,
            "place": visit.place,
            "added_by": visit.added_by,
        }
        due = visit.due_at if visit.due_at is not None and visit.due_at > self.facts.now else None
        self.open_visit(self.procedure.step_by_id[visit.step], asks, {**data, **changes}, due)

    def _same_act(self, step: Step, assignment: Assignment, by: str) -> bool:
        meeting = step.actor in self.facts.office.bodies or bool(step.seat)
        outcomes = any(field.recorded_by == step.id for field in self.procedure.fields)
        people = {ask.person for ask in assignment.asks}
        return step.kind in DECIDING and not meeting and not outcomes and people == {by}

    def _merge(self, step: Step, ask: Ask, due: datetime | None, more: dict[str, Json]) -> None:
        self.write("entered", _entry_of(step, (ask,), due) | more)
        visit = self.case.visits[-1]
        self.write(
            "done",
            {"visit": visit.index, "step": step.id, "decision": "agree", "for": ask.for_, "merged": True},
        )

    def ask_beside(self, act: str, step: Step, assignment: Assignment, extra: str, reason: str) -> None:
        """Ask people something beside the route (`extra` says what), as holders of the step's post."""
        why = list(assignment.why)
        more: dict[str, Json] = {"why": [*why], "extra": extra, "reason": reason}
        self.open_visit(step, assignment.asks, _entry_of(step, assignment.asks, None) | more, act=act)
        if "vacant" in why or "waiting" in why:
            self._report_waiting(step, assignment)

    def _report_waiting(self, step: Step, assignment: Assignment) -> None:
        office = self.facts.office
        who = "、".join(office.name_of(ask.person) for ask in assignment.asks)
        why = "岗位空缺" if "vacant" in assignment.why else f"{who}不在岗且没有登记代办人"
        where = words.errand(self.procedure, self.case.visits[-1])
        text = f"{words.title(self.procedure, self.case, office)}（{self.case.no}）停在“{where}”：{why}，请安排。"
        if office.administrator:
            self.notices.append(Notice(office.administrator, "tell", step.id, "copy", text=text))

    def nudge_timers(self, step: Step, visit: int) -> tuple[Timer, ...]:
        """The first reminder of a step that waits from now on, where it is reminded of at all."""
        hours = step.nudge_hours if step.nudge_hours is not None else self.facts.setting("nudge_hours")
        if step.after_return or not isinstance(hours, (int, float)) or hours <= 0:
            return ()
        if any_hour(step, self.case.values):
            return (Timer(self.facts.now + timedelta(hours=hours), "nudge", visit, {"hours": float(hours)}),)
        return (Timer(self.facts.calendar.add_working_hours(self.facts.now, float(hours)), "nudge", visit),)

    def _timers(self, step: Step, visit: Visit, due: datetime | None) -> tuple[Timer, ...]:
        if step.after_return and due is not None:
            opens = datetime.combine(due.date(), self.facts.calendar.hours.am[0], due.tzinfo)
            return (Timer(opens, "remind", visit.index), Timer(due, "due", visit.index))
        if any_hour(step, self.case.values):
            return (*self.nudge_timers(step, visit.index), *pressed(due, visit.index, self.facts))
        if due is not None and due <= self.facts.now:
            # At once (即到即办): the day's end is when it can be said that it was not.
            due = at_close(self.facts.now.date(), self.facts.calendar, self.facts.now)
        late = self._deadline_timers(visit, due)
        if visit.extra:
            return (*self.nudge_timers(step, visit.index), *late)
        family = family_of(self.procedure)
        day = family.reminded_on(step, self.case, self.procedure, self.facts)
        waits = self.nudge_timers(step, visit.index) if day is None else (self._remind(day, visit.index),)
        ahead = reminders(step.remind_days, due, "remind", visit.index, self.facts)
        more = family.timers(self.procedure, step, self.case, visit.index, self.facts)
        return (*(ahead or waits), *late, *self._towards(step, visit.index), *more)

    def _towards(self, step: Step, visit: int) -> tuple[Timer, ...]:
        """Reminders of later deadlines that are known already, for whoever has the case now."""
        found: list[Timer] = []
        for later in route.ahead(self.procedure, step, self.case.values)[1:]:
            deadline = deadline_of(self.procedure, later, self.case.values, self.facts)
            if later.remind_days and deadline is not None and deadline.anchor.kind != "step":
                found += reminders(later.remind_days, self.due(later), f"towards:{later.id}", visit, self.facts)
        return tuple(found)

    def _deadline_timers(self, visit: Visit, due: datetime | None) -> tuple[Timer, ...]:
        """The moment the step is overdue, and a reminder the working day before."""
        if due is None:
            return ()
        before = reminder_before(due, self.facts.now, self.facts.calendar)
        ahead = (Timer(before, "ahead", visit.index),) if before is not None else ()
        return (*ahead, Timer(due, "due", visit.index))

    def _remind(self, day: date, visit: int) -> Timer:
        """A reminder when the office opens on that day, at once where it has opened."""
        opens = datetime.combine(day, self.facts.calendar.hours.am[0], self.facts.now.tzinfo)
        return Timer(max(opens, self.facts.now), "remind", visit)

    def due(self, step: Step) -> datetime | None:
        """When the step is due if it is entered now."""
        due = due_of(self.procedure, step, self.case, self.facts)
        has_one = deadline_of(self.procedure, step, self.case.values, self.facts) is not None
        own = family_of(self.procedure).due(step, self.case, self.procedure, self.facts) if has_one else None
        if own is not None:
            return at_close(own.day, self.facts.calendar, self.facts.now)
        return due

    def advance(self, goto: Goto, *, by: str = "") -> None:
        """Take the case to where it goes next, through every step that is the same act."""
        while True:
            if goto.kind != "step":
                self._end(goto)
                return
            step = self.procedure.step_by_id[goto.target]
            if not self.enter(step, by=by):
                return
            goto = route.following(self.procedure, step, self.case.values)

    def _end(self, goto: Goto) -> None:
        if goto.kind == "send_back":
            self.send_back("")
        elif goto.kind == "end_refused":
            self.refuse("")
        else:
            self._finish(goto)

    def _finish(self, goto: Goto) -> None:
        visits = self.case.visits_of_round()
        is_open = family_of(self.procedure).return_open(self.procedure, self.case)
        state = "closed" if goto.kind in ("end_closed", "procedure") else route.final_state(visits, return_open=is_open)
        was = self.case.state
        if state == "approved":
            if was != "approved":
                self.write("noted", {"state": "approved"})
                self._approved()
            self._await_return()
            return
        decided = route.decided(visits)
        if was == "pending" and decided:
            self.affect("approved")
        self.write("ended", {"state": state})
        if was == "pending":
            self._copy("approved" if decided else "closed")
        self.affect("closed")
        self.opens = goto.target if goto.kind == "procedure" else ""
        self.tell((self.case.applicant,), "closed", words.closed(self.procedure, self.case))
        if self.opens:
            self.notices += invitation(self.case, self.facts.pack, self.opens)

    def _await_return(self) -> None:
        """Ask the applicant, beside the route, to come back from a leave whose return is a procedure of its own."""
        case = self.case
        awaited = family_of(self.procedure).awaited(self.procedure, case, self.facts)
        if awaited is None:
            return
        self.write("entered", awaited.entry)
        visit = self.case.visits[-1]
        self.notices.append(Notice(case.applicant, "update", visit.step, "applicant", visit.index))
        self.effects += Effects(timers=awaited.timers(visit.index))

    def _approved(self) -> None:
        self.affect("approved")
        self.tell(
            (self.case.applicant,), "approved", family_of(self.procedure).said_approved(self.procedure, self.case)
        )
        self._copy("approved")

    def _copy(self, state: str) -> None:
        """Tell those whom the office wants told of every approved request of this procedure, and show them the case."""
        office = self.facts.office
        people = tuple(p for p in office.copy_to.get(self.procedure.id, ()) if p != self.case.applicant)
        self.tell(people, state, words.put_on_file(self.procedure, self.case, office, state))
        self.notices += [Notice(person, "update", state, "copy") for person in people]

    def refuse(self, reason: str) -> None:
        """End the case refused and tell the applicant why."""
        self.write("ended", {"state": "refused", "reason": reason})
        self.affect("refused")
        said = reason or self._last_reason()
        text = words.refused(self.procedure, self.case, self.facts.office, self.actor, said)
        self.tell((self.case.applicant,), "refused", text)

    def send_back(self, reason: str) -> None:
        """Give the case back to the applicant for repair; everything filled in is kept."""
        self.write("sent_back", {"reason": reason})
        self.affect("returned")
        said = reason or self._last_reason()
        text = words.returned(self.procedure, self.case, self.facts.office, self.actor, said)
        self.tell((self.case.applicant,), "returned", text)

    def _last_reason(self) -> str:
        return next((visit.reason for visit in reversed(self.case.visits_of_round()) if visit.reason), "不符合规定")

    def outcome(self, *, answer: str = "") -> Outcome:
        """What was decided."""
        notices = (*self.notices, *self.effects.notices)
        return Outcome(
            self.case,
            tuple(self.entries),
            notices,
            self.effects,
            self.findings,
            opens=self.opens,
            answer=answer,
            also=tuple(self._carried_over(item) for item in self.effects.elsewhere),
        )

    def _carried_over(self, item: Elsewhere) -> Outcome:
        """What this event brings about in another case, kept together with it."""
        other = Run(item.case, item.procedure, self.facts, self.actor)
        for act, particulars in item.lines:
            other.write(act, particulars)
        other.effects = item.effects
        other.notices.append(Notice(item.case.applicant, "update", "changed", "applicant"))
        return other.outcome()


def _entry_of(step: Step, asks: tuple[Ask, ...], due: datetime | None) -> dict[str, Json]:
    """What the journal says of somebody being asked at a step."""
    return {
        "step": step.id,
        "kind": step.kind,
        "post": step.actor,
        "asks": plain_asks(asks),
        "due": due.isoformat() if due else None,
    }


def role_of(kind: str) -> Role:
    """Which card somebody asked at a step of that kind gets: an approver's or a keeper's."""
    return "approver" if kind in DECIDING or kind in ("confirm", "issue") else "keeper"


def choices_at(procedure: Procedure, step: Step) -> Field | None:
    """The choice recorded by the very button an approver presses at the step (相符, 有疑, 不符), if there is one."""
    if role_of(step.kind) != "approver" or step.seat == "voters":
        return None
    choices = (f for f in outcome_fields(procedure, step) if f.type == "choice" and f.choices)
    return next((f for f in choices if not known_for_sure(f)), None)


def outcome_fields(procedure: Procedure, step: Step) -> tuple[Field, ...]:
    """The fields the step records."""
    return tuple(field for field in procedure.fields if field.recorded_by == step.id)
