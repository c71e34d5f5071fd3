"""Leave: half-day slots, the ledger, the attendance rows, and coming back.

The ledger is append-only: days are reserved at filing, settled at the decision, corrected at the return; what a
person has used is the sum of its lines.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from flows.approval.case import Case
from flows.approval.outcome import Effects, LeaveKept, LedgerEntry, RegisterRow
from flows.calendar import Calendar, Slot, days_text, slot_text
from flows.cards import Fact
from flows.facts import Facts
from flows.families.base import Family
from flows.families.entitlement import Entitlement, due_days, used_in
from flows.families.leave_checks import CountsAs, absences, counted_events, used_this_year
from flows.families.span import LONGEST_DAYS, Span, back_on, read_moment, span_of
from flows.people import Person
from flows.procedure.checks import applies
from flows.procedure.findings import Finding
from flows.procedure.model import Json, Procedure, Step, Values

ABSENT_WITHOUT_LEAVE = "旷工"
GRACE = timedelta(minutes=30)
SICKNESS = ("病假", "急病")
LONGEST_REQUEST = 366


def kind_of(procedure: Procedure, values: Values) -> str:
    """The kind of leave asked for."""
    return str(values.get(str(procedure.family_params.get("type", "")), ""))


def target_of(procedure: Procedure, values: Values) -> str:
    """Whom a home leave visits (empty: no home leave)."""
    return str(values.get(str(procedure.family_params.get("target", "")), "") or "")


def counts_days(procedure: Procedure) -> bool:
    """Whether the procedure is a leave with a ledger (a report of leaving the office is none)."""
    return "type" in procedure.family_params


def _same_kind(kind: str) -> tuple[str, ...]:
    return SICKNESS if kind in SICKNESS else (kind,)


def _span(procedure: Procedure, values: Values, facts: Facts) -> Span | None:
    hours = facts.setting("d1")
    one_slot = float(hours) if isinstance(hours, (int, float)) else 4.0
    return span_of(procedure, values, facts.calendar, one_slot=one_slot)


class LeaveFamily(Family):
    """What leave adds to the engine."""

    def complete(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Rank, length and years of service, where the form has a computed field for them."""
        found: dict[str, Json] = {}
        for field in procedure.fields:
            if not field.computed or values.get(field.id) not in (None, ""):
                continue
            value = _computed(field.computed, procedure, {**values, **found}, applicant, facts)
            if value is not None:
                found[field.id] = value
        return found

    def figures(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> dict[str, Json]:
        """Days in every count, the last day and the day back, what is due, left and used."""
        if procedure.family_params.get("attendance"):
            return _attendance_figures(procedure, values, facts)
        span = _span(procedure, values, facts)
        if span is None or not span.slots:
            return {}
        days = counted_days(span, facts)
        figures: dict[str, Json] = {
            "days": days,
            "workdays": len(span.slots) / 2,
            "calendar_days": span.natural_days,
            "total_days": days,
            "last_day": span.last.day.isoformat(),
            "back_on": back_on(span, facts.calendar).day.isoformat(),
        }
        if counts_days(procedure):
            kinds = _same_kind(kind_of(procedure, values))
            figures["year_used_after"] = used_in(facts.leaves, kinds, span.first.day.year) + days
            figures |= _due(procedure, values, facts, span)
        return figures | _overdue_figure(span, values, facts.calendar)

    def examine(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Finding, ...]:
        """What the product refuses of a span: reversed, without a working half day, overlapping, absurdly long."""
        params = procedure.family_params
        start = read_moment(values.get(str(params.get("start", ""))))
        if start is None or ("end" in params and read_moment(values.get(str(params["end"]))) is None):
            return ()
        span = _span(procedure, values, facts)
        if span is None:
            return (_refused(_why_no_span(procedure, values)),)
        if span.natural_days > LONGEST_REQUEST:
            return (_refused(f"一次不能超过 {LONGEST_REQUEST} 天，请核对起止日期。"),)
        if not counts_days(procedure):
            return ()
        if not span.slots:
            return (_refused("所选时间都是休息日，不用请假；请核对日期。"),)
        overlap = _overlap(span, facts)
        return (*overlap, *_provisional(span, facts.calendar))

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
        if not counts_days(procedure):
            return base
        span = _span(procedure, after.values, facts)
        if span is None:
            return base
        return base + _leave_effects(event, before, after, procedure, facts, span, step)

    def due(self, step: Step, case: Case, procedure: Procedure, facts: Facts) -> Slot | None:
        """The return is due on the first working day after the leave (the same day for a morning's leave)."""
        deadline = step.deadline
        if deadline is None or deadline.anchor.name != "leave_end":
            return None
        span = _span(procedure, case.values, facts)
        return Slot(back_on(span, facts.calendar).day, "pm") if span is not None and span.slots else None

    def context(self, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> tuple[Fact, ...]:
        """What was used this year, and who else of the section is away at that time."""
        span = _span(procedure, values, facts)
        if span is None or not counts_days(procedure):
            return ()
        kind = kind_of(procedure, values)
        used = used_in(facts.leaves, _same_kind(kind), span.first.day.year)
        after = used + counted_days(span, facts)
        away = [
            f"{facts.office.name_of(leave.person)}（{leave.type}）"
            for leave in facts.others_away
            if leave.start <= span.last and span.first <= leave.end
        ]
        said = "、".join(dict.fromkeys(away)) or "科内无人请假"
        return (Fact("今年", f"{kind}已用 {days_text(used)} 天，批准后 {days_text(after)} 天"), Fact("同期", said))


def counted_days(span: Span, facts: Facts) -> float:
    """The days as the pack counts them: working days, or natural days where the office has settled that."""
    count = facts.setting("day_count") or facts.setting("leave_day_count")
    return span.natural_days if count == "natural" else span.days


def _computed(name: str, procedure: Procedure, values: Values, applicant: Person, facts: Facts) -> Json:
    if name == "rank":
        return rank_of(applicant, facts)
    if name == "away_rank":
        return _away_rank(values, applicant, facts)
    span = _span(procedure, values, facts)
    if name == "leave_days":
        return counted_days(span, facts) if span is not None else None
    if name == "service_years":
        on = span.first.day if span is not None else facts.now.date()
        return years_of_service(applicant, on.isoformat())
    return facts.now.date().isoformat() if name == "today" else None


def rank_of(person: Person, facts: Facts) -> str | None:
    """The person's rank by the pack: the highest whose posts the person holds, else the last."""
    ranks = facts.pack.ranks
    held = (rank for rank, posts in ranks.items() if any(person.holds(post) for post in posts))
    return next(held, tuple(ranks)[-1] if ranks else None)


_AWAY_RANKS = {"主任": "主要领导", "副主任": "分管主任", "科室负责人": "科室负责人"}


def _away_rank(values: Values, applicant: Person, facts: Facts) -> str:
    if values.get("whole_section") == "是":
        return "科室集体"
    return _AWAY_RANKS.get(rank_of(applicant, facts) or "", "其他人员")


def years_of_service(person: Person, on: str) -> int | None:
    """Whole years of continuous service on that day."""
    if person.since is None:
        return None
    moment = read_moment(on)
    if moment is None:
        return None
    since, day = person.since, moment.day
    return day.year - since.year - ((day.month, day.day) < (since.month, since.day))


def _refused(text: str) -> Finding:
    return Finding("", "refuse", text)


def _why_no_span(procedure: Procedure, values: Values) -> str:
    params = procedure.family_params
    if "days" in params:
        return f"天数要大于 0、不超过 {LONGEST_DAYS}，请重填天数。"
    start = read_moment(values.get(str(params.get("start", ""))))
    end = read_moment(values.get(str(params.get("end", ""))))
    if start and end and (end.day - start.day).days > LONGEST_DAYS:
        return f"一次不能超过 {LONGEST_REQUEST} 天，请核对起止日期。"
    return "结束时间早于开始时间，请改正其中一个。"


def _overlap(span: Span, facts: Facts) -> tuple[Finding, ...]:
    wanted = set(span.slots)
    for leave in facts.leaves:
        shared = sorted(wanted & leave.slots) if leave.status != "void" else []
        if shared:
            state = "已批准" if leave.status == "settled" else "正在审批"
            held = f"{slot_text(shared[0])}已有{leave.type}（{leave.case_no}，{state}）"
            text = f"{held}，同一时间不能重复请假；请改时间或先撤回那一件。"
            return (_refused(text),)
    return ()


def _provisional(span: Span, calendar: Calendar) -> tuple[Finding, ...]:
    years = sorted({slot.day.year for slot in span.slots if calendar.provisional(slot.day)})
    return tuple(Finding("", "warn", f"{year} 年放假安排未公布，按周一至周五估算。") for year in years)


def _due(procedure: Procedure, values: Values, facts: Facts, span: Span) -> dict[str, Json]:
    """What is due and left by the entitlement rule that speaks about these values."""
    for rule in procedure.rules:
        for item in rule.checks:
            if isinstance(item.params, Entitlement) and applies(rule, values):
                due = due_days(item.params, values)
                return {"entitlement": due, "remaining": due - used_this_year(item.params, facts, span)}
    return {}


def returned_at(values: Values) -> datetime | None:
    """When the return was reported, if it was."""
    value = values.get("returned_at")
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None


def _overdue_figure(span: Span, values: Values, calendar: Calendar) -> dict[str, Json]:
    moment = returned_at(values)
    return {"overdue_workdays": overdue_workdays(span, moment, calendar)} if moment is not None else {}


def overdue_workdays(span: Span, reported: datetime, calendar: Calendar) -> float:
    """Working days past the end of the leave until the return was reported, the day of the report not counted."""
    return len(_overdue_slots(span, reported, calendar)) / 2


def _overdue_slots(span: Span, reported: datetime, calendar: Calendar) -> tuple[Slot, ...]:
    first = calendar.next_slot(span.last)
    eve = Slot(reported.date() - timedelta(days=1), "pm")
    return calendar.working_slots(first, eve) if first <= eve else ()


def _ledger(
    procedure: Procedure, case: Case, span: Span, kind: str, *, reserved: int, used: int, facts: Facts
) -> tuple[LedgerEntry, ...]:
    scale = counted_days(span, facts) / span.days if span.days else 1.0
    return tuple(
        LedgerEntry(
            case.applicant,
            kind_of(procedure, case.values),
            year,
            kind,  # type: ignore[arg-type]
            reserved * share * scale,
            used * share * scale,
            target_of(procedure, case.values),
        )
        for year, share in span.by_year()
    )


def _kept(procedure: Procedure, case: Case, span: Span, status: str, facts: Facts) -> LeaveKept:
    return LeaveKept(
        case.applicant,
        kind_of(procedure, case.values),
        span.first,
        span.last,
        counted_days(span, facts),
        status,  # type: ignore[arg-type]
        () if status == "void" else span.slots,
        target_of(procedure, case.values),
    )


def _leave_effects(
    event: str, before: Case, after: Case, procedure: Procedure, facts: Facts, span: Span, step: Step | None
) -> Effects:
    if event in ("filed", "resubmitted"):
        ledger = _ledger(procedure, after, span, "reserve", reserved=1, used=0, facts=facts)
        return Effects(ledger=ledger, leave=_kept(procedure, after, span, "reserved", facts))
    if event == "approved":
        ledger = _ledger(procedure, after, span, "settle", reserved=-1, used=1, facts=facts)
        return Effects(ledger=ledger, leave=_kept(procedure, after, span, "settled", facts))
    if event in ("returned", "refused", "withdrawn"):
        if before.state == "returned":
            return Effects()
        ledger = _ledger(procedure, after, span, "release", reserved=-1, used=0, facts=facts)
        return Effects(ledger=ledger, leave=_kept(procedure, after, span, "void", facts))
    if event == "cancelled":
        ledger = _ledger(procedure, after, span, "correct", reserved=0, used=-1, facts=facts)
        return Effects(
            ledger=ledger,
            leave=_kept(procedure, after, span, "void", facts),
            rows=(_attendance_row(procedure, after, span, facts, "void"),),
        )
    if event == "done" and step is not None and step.after_return and step.kind == "submit":
        return _came_back(procedure, after, span, facts)
    if event == "overdue" and step is not None and step.after_return:
        return Effects(rows=_absence_rows(after, span, facts.now + timedelta(days=1), facts, "to_confirm"))
    return Effects()


def _attendance_row(procedure: Procedure, case: Case, span: Span, facts: Facts, status: str) -> RegisterRow:
    return RegisterRow(
        "attendance",
        f"{case.id}:record",
        {
            "person": facts.office.name_of(case.applicant),
            "event": kind_of(procedure, case.values),
            "from": str(span.first),
            "to": str(span.last),
            "days": counted_days(span, facts),
            "status": status,
        },
        case.applicant,
    )


def _absence_rows(case: Case, span: Span, reported: datetime, facts: Facts, status: str) -> tuple[RegisterRow, ...]:
    """The time past the leave as absence without leave, one row that later ones supersede."""
    slots = _overdue_slots(span, reported, facts.calendar)
    if not slots:
        return ()
    row: dict[str, Json] = {
        "person": facts.office.name_of(case.applicant),
        "event": ABSENT_WITHOUT_LEAVE,
        "from": slots[0].day.isoformat(),
        "to": slots[-1].day.isoformat(),
        "days": len(slots) / 2,
        "status": status,
    }
    return (RegisterRow("attendance", f"{case.id}:absence", row, case.applicant),)


def _came_back(procedure: Procedure, case: Case, span: Span, facts: Facts) -> Effects:
    """The return reported: late time becomes absence, half days not needed are given back."""
    late = _absence_rows(case, span, facts.now, facts, "active")
    kept = tuple(slot for slot in span.slots if _began_before(slot, facts))
    if len(kept) == len(span.slots):
        leave = replace(_kept(procedure, case, span, "settled", facts), returned=True)
        return Effects(rows=late, leave=leave)
    shorter = Span(span.first, kept[-1] if kept else span.first, kept, len(kept) / 2, len(kept) / 2)
    given_back = Span(span.first, span.last, tuple(s for s in span.slots if s not in kept), 0.0, 0.0)
    given_back = replace(given_back, days=len(given_back.slots) / 2)
    ledger = tuple(
        LedgerEntry(case.applicant, kind_of(procedure, case.values), year, "correct", 0.0, -days)
        for year, days in given_back.by_year()
    )
    leave = replace(_kept(procedure, case, shorter, "settled" if kept else "void", facts), returned=True)
    row = _attendance_row(procedure, case, shorter, facts, "active" if kept else "void")
    return Effects(ledger=ledger, leave=leave, rows=(row,))


def _began_before(slot: Slot, facts: Facts) -> bool:
    """Whether the half day was under way when the return was reported, the minutes of grace not counted."""
    begins = facts.calendar.begins(slot).replace(tzinfo=facts.now.tzinfo)
    return begins + GRACE < facts.now


def _attendance_figures(procedure: Procedure, values: Values, facts: Facts) -> dict[str, Json]:
    for rule in procedure.rules:
        for item in rule.checks:
            if isinstance(item.params, CountsAs):
                kind = str(values.get("event", ""))
                return {
                    "late_count": counted_events(item.params, values, facts, kind),
                    "absence_count": absences(item.params, values, facts),
                }
    return {}
