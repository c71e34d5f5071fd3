"""Leave: rank, length, entitlement and overlap of a request, and when its return is due."""

from datetime import date

from flows.approval.case import Case
from flows.approval.outcome import Effects
from flows.calendar import Calendar, Slot, days_text, slot_text
from flows.cards import Fact
from flows.deadlines.due import at_close, count_from
from flows.facts import Facts
from flows.families.attendance import counting_of, counts, event_of
from flows.families.awaited import Awaited
from flows.families.base import Family
from flows.families.coming_back import awaited_return, due_back
from flows.families.entitlement import Entitlement, used_in
from flows.families.leave_checks import costs, due_and_left, kind_of
from flows.families.leave_course import leave_effects, overdue_workdays, returned_at, stands
from flows.families.leave_form_checks import papers_due
from flows.families.limit_checks import left_by_limit
from flows.families.span import (
    LONGEST_DAYS,
    Span,
    back_on,
    by_year,
    counted,
    counted_in_halves,
    counts_naturally,
    read_moment,
    requested,
)
from flows.families.unreported import confirmed, unreported_effects
from flows.people import Person
from flows.procedure.checks import applies
from flows.procedure.condition import absent, holds
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Step, Values

_GIVEN_UP = ("withdrawn", "refused", "cancelled")


def counts_days(procedure: Procedure) -> bool:
    """Whether the procedure is a leave with a ledger (a report of leaving the office is none)."""
    return "type" in procedure.family_params


def same_kind(procedure: Procedure, kind: str) -> tuple[str, ...]:
    """The kinds of leave the pack counts together with this one (`together`: sudden illness is sickness)."""
    listed = procedure.family_params.get("together")
    together = tuple(str(item) for item in listed) if isinstance(listed, list) else ()
    return together if kind in together else (kind,)


class LeaveFamily(Family):
    """What leave adds to the engine."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Rank, length and years of service, where the form has a computed field for them that nobody filled."""
        found: dict[str, Json] = {}
        for field in procedure.fields:
            if not field.computed or not absent(values.get(field.id)):
                continue
            value = _computed(field.computed, procedure, {**values, **found}, applicant, facts)
            if value is not None:
                found[field.id] = value
        return found

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Days in every count, the last day and the day back, what is due, left and used."""
        counting = counting_of(procedure)
        if counting is not None:
            return counts(counting, values, facts)
        span = requested(procedure, values, facts)
        if span is None or not span.slots:
            return {}
        natural = counts_naturally(procedure, facts)
        days = counted(span, natural=natural)
        figures: dict[str, Json] = {
            "days": days,
            "workdays": len(span.slots) / 2,
            "calendar_days": span.natural_days,
            "total_days": days,
            "last_day": span.last.day.isoformat(),
            "back_on": back_on(span, facts.calendar).day.isoformat(),
        }
        if counts_days(procedure):
            used, with_it = _used(procedure, values, facts, span)
            figures["year_used_after"] = used + with_it
            figures |= _due(procedure, values, facts, span)
        return figures

    def figures_of(self, procedure: Procedure, case: Case, facts: Facts) -> dict[str, Json]:
        """The figures with what came of the leave: given up, come back from early, or late."""
        figures = super().figures_of(procedure, case, facts)
        span = requested(procedure, case.values, facts)
        if span is None or not figures or not counts_days(procedure):
            return figures
        stood = stands(procedure, case, span, facts)
        used, with_it = _used(procedure, case.values, facts, stood, year=span.first.day.year)
        figures["year_used_after"] = used + (0.0 if case.state in _GIVEN_UP else with_it)
        late = overdue_workdays(procedure, case, span, facts)
        return figures if late is None else {**figures, "overdue_workdays": late}

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """What the product refuses of a span, and what it points out that no rule of this procedure says."""
        if counting_of(procedure) is not None:
            late = event_of(values, facts).date > facts.now.date()
            return (_refused("考勤日期不能晚于今天，请核对日期。"),) if late else ()
        params = procedure.family_params
        start = read_moment(values.get(str(params.get("start", ""))))
        if start is None or any(absent(values.get(str(params[key]))) for key in ("end", "days") if key in params):
            return ()
        span = requested(procedure, values, facts)
        if span is None:
            return (_refused(_why_no_span(procedure, values)),)
        if not counts_days(procedure):
            return ()
        if not span.slots:
            return (_refused("所选时间都在休息日或下班时间，不用请假；请核对起止时间。"),)
        shares = by_year(span, natural=counts_naturally(procedure, facts))
        return (
            *_target(procedure, values),
            *_overlap(span, facts),
            *_provisional(span, facts.calendar),
            *(found for year, days in shares.items() for found in costs(kind_of(procedure, values), year, days, facts)),
        )

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
        """Ledger, slots and attendance rows of the event; other procedures of the family keep only their rows."""
        base = super().effects(event, before, after, procedure, facts, step, decision)
        if event == "done" and counting_of(procedure) is not None:
            return base + confirmed(event_of(after.values, facts), facts) if base.rows else base
        if event in ("filed", "resubmitted") and not counts_days(procedure):
            return base + unreported_effects(procedure, after, facts)
        span = requested(procedure, after.values, facts) if counts_days(procedure) else None
        if span is None:
            return base
        figures = self.figures(procedure, after.values, facts.office.person(after.applicant), facts)
        return base + leave_effects(event, before, after, procedure, facts, span, step, figures)

    def too_late_to_undo(self, procedure: Procedure, case: Case, facts: Facts) -> str:
        """A leave is undone before it begins; afterwards reporting back gives back what was not taken."""
        if counting_of(procedure) is not None:
            return super().too_late_to_undo(procedure, case, facts)
        if returned_at(procedure, case) is not None:
            return "本件已经销假，不能撤销；天数有出入的请与考勤员核对。"
        span = requested(procedure, case.values, facts)
        now = facts.now.replace(tzinfo=None)
        if span is None or now < facts.calendar.begins(span.slots[0] if span.slots else span.first):
            return ""
        if not counts_days(procedure):
            return "离岗时间已经开始，不能撤销；回来后请登记返回。"
        return "假期已经开始，不能撤销；提前返岗请销假，没有休的时间会退回。"

    def return_open(self, procedure: Procedure, case: Case) -> bool:
        """Whether somebody is still to come back: a return step of the last round was asked and not done.

        Where the return is a procedure of its own, that one closes the leave.
        """
        if "return_by" in procedure.family_params:
            return True
        visits = case.visits_of_round()
        steps = {step.id for step in procedure.steps if step.after_return}
        done = {visit.step for visit in visits if visit.status == "done"}
        return any(visit.step in steps - done for visit in visits)

    def awaited(self, procedure: Procedure, case: Case, facts: Facts) -> Awaited | None:
        """The return, where it is a procedure of its own."""
        return awaited_return(procedure, case.values, case.applicant, facts)

    def takes_over(self, procedure: Procedure, values: Values, facts: Facts) -> str:
        """Whom the field `stand_in` of the family parameters names, if that person is here."""
        named = str(values.get(str(procedure.family_params.get("stand_in", "")), "") or "")
        person = facts.office.people.get(named)
        return named if person is not None and person.active else ""

    def wanted_at(self, procedure: Procedure, step: str, values: Values) -> tuple[str, ...]:
        """The certificate that was to follow, at the step by which it is due."""
        return papers_due(procedure, step, values)

    def reminded_on(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> date | None:
        """Nobody on leave is reminded of what is due after it before the day they are back."""
        span = requested(procedure, case.values, facts)
        own = step.actor == procedure.initiator and step.deadline is not None
        if not own or span is None or step.deadline is None or step.deadline.anchor.name != "leave_end":
            return None
        return back_on(span, facts.calendar).day

    def due(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> Slot | None:
        """The return is due on the first working day after the leave (the same day where it ends by noon).

        Where the step opens later than that, it is due on the working day that is still to end. Any other step whose
        deadline counts from the end of the leave counts from its last day.
        """
        deadline = step.deadline
        if deadline is None or deadline.anchor.name != "leave_end":
            return None
        span = requested(procedure, case.values, facts)
        if span is None or not span.slots:
            return None
        if step.after_return:
            return due_back(procedure, case.values, facts)
        counted_to = count_from(at_close(span.last.day, facts.calendar, facts.now), deadline, facts.calendar)
        return Slot(counted_to.date(), "pm")

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """What was used this year, and who else of the section is away at that time."""
        span = requested(procedure, values, facts)
        if span is None or not span.slots or not counts_days(procedure):
            return ()
        used, with_it = _used(procedure, values, facts, span)
        away = [
            f"{facts.office.name_of(leave.person)}（{leave.type}）"
            for leave in facts.others_away
            if leave.start <= span.last and span.first <= leave.end
        ]
        said = "、".join(dict.fromkeys(away)) or "科内无人请假"
        year = f"{kind_of(procedure, values)}已用 {days_text(used)} 天，批准后 {days_text(used + with_it)} 天"
        return (Fact("今年", year), Fact("同期", said))


def _computed(name: str, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> Json:
    match name:
        case "rank":
            return rank_of(applicant, facts)
        case "away_rank":
            return away_rank(procedure, values, applicant, facts)
        case "leave_days":
            return _length(procedure, values, facts)
        case "service_years":
            start = str(values.get(str(procedure.family_params.get("start", "")), "") or facts.now.date().isoformat())
            return years_of_service(applicant, start)
        case "applicant":
            return applicant.staff_no
        case "today":
            return facts.now.date().isoformat()
        case _:
            return None


def _length(procedure: Procedure, values: Values, facts: Facts) -> Json:
    """The days asked for; 0 where both ends are known and make no time, so that `examine` gets to say why."""
    span = requested(procedure, values, facts)
    if span is not None:
        return counted(span, natural=counts_naturally(procedure, facts))
    params = procedure.family_params
    ends = [read_moment(values.get(str(params.get(key, "")))) for key in ("start", "end")]
    return 0.0 if None not in ends else None


def rank_of(person: Person, facts: Facts) -> str | None:
    """The person's rank by the pack: the highest whose posts the person holds, else the last."""
    ranks = facts.pack.ranks
    held = (rank for rank, posts in ranks.items() if any(person.holds(post) for post in posts))
    return next(held, tuple(ranks)[-1] if ranks else None)


def away_rank(procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> str | None:
    """The rank by which leaving the office is reported: the pack's `ranks` name it, `whole` is the whole section's."""
    params = procedure.family_params
    whole = params.get("whole")
    if isinstance(whole, dict) and values.get(str(whole.get("field"))) == whole.get("value"):
        return str(whole.get("rank"))
    ranks = params.get("ranks")
    named = ranks.get(rank_of(applicant, facts) or "") if isinstance(ranks, dict) else None
    return str(named) if named is not None else None


def years_of_service(person: Person, on: str) -> int | None:
    """Whole years of continuous service on that day (begun on 29 February: complete on 1 March of other years)."""
    moment = read_moment(on)
    if person.since is None or moment is None:
        return None
    since, day = person.since, moment.day
    return max(0, day.year - since.year - ((day.month, day.day) < (since.month, since.day)))


def _refused(text: str, asks_for: tuple[str, ...] = ()) -> Finding:
    return Finding("", "refuse", text, asks_for=asks_for)


def _why_no_span(procedure: Procedure, values: Values) -> str:
    params = procedure.family_params
    if "days" in params:
        if not counted_in_halves(values.get(str(params["days"]))):
            return "天数按整天或半天计，请重填天数。"
        return f"天数要大于 0、不超过 {LONGEST_DAYS}，请重填天数。"
    start = read_moment(values.get(str(params.get("start", ""))))
    end = read_moment(values.get(str(params.get("end", ""))))
    if start and end and (end.day - start.day).days >= LONGEST_DAYS:
        return f"一次不能超过 {LONGEST_DAYS} 天，请核对起止日期。"
    return "结束时间要晚于开始时间，请改正其中一个。"


def _target(procedure: Procedure, values: Values) -> tuple[Finding, ...]:
    """Whom a home leave visits decides what is due, so it must be said."""
    field = procedure.field_by_id.get(str(procedure.family_params.get("target", "")))
    if field is None or not field.ask_if or not holds(field.ask_if, values) or not absent(values.get(field.id)):
        return ()
    return (_refused(f"请先选{field.name}（{'、'.join(field.choices)}），假期天数按它计算。", (field.id,)),)


def _overlap(span: Span, facts: Facts) -> tuple[Finding, ...]:
    wanted = set(span.slots)
    for leave in facts.leaves:
        shared = sorted(wanted & leave.slots) if leave.status != "void" else []
        if shared:
            state = "已批准" if leave.status == "settled" else "正在审批"
            held = f"{slot_text(shared[0])}已有{leave.type}（{leave.case_no or '已登记'}，{state}）"
            return (_refused(f"{held}，同一时间不能重复请假；请改时间或先撤回那一件。"),)
    return ()


def _provisional(span: Span, calendar: Calendar) -> tuple[Finding, ...]:
    years = sorted({slot.day.year for slot in span.slots if calendar.provisional(slot.day)})
    return tuple(Finding("", "warn", f"{year}年放假安排未公布，按周一至周五估算。") for year in years)


def _used(
    procedure: Procedure, values: Values, facts: Facts, span: Span, *, year: int | None = None
) -> tuple[float, float]:
    """Days of the kind used in the year of the leave (or in that year) without it, and the days it adds."""
    of = span.first.day.year if year is None else year
    kinds = same_kind(procedure, kind_of(procedure, values))
    shares = by_year(span, natural=counts_naturally(procedure, facts)) if span.slots else {}
    return used_in(facts.leaves, kinds, of), shares.get(of, 0.0)


def _due(procedure: Procedure, values: Values, facts: Facts, span: Span) -> dict[str, Json]:
    """What is due and left by the entitlement rule that speaks about these values."""
    for rule in procedure.rules:
        for item in rule.checks:
            if isinstance(item.params, Entitlement) and applies(rule, values):
                due, left = due_and_left(item.params, values, facts, span)
                return {"entitlement": due, "remaining": left}
    limit = left_by_limit(procedure, values, span, facts)
    return {} if limit is None else {"remaining": limit}
