"""What somebody does at a meeting: signs in, stays out of an item, votes, puts an item off, sends in a written view.

Each is a line of the journal by who did it. A member's part in speaking or voting is done once nothing of it is left.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case, Visit
from flows.approval.onward import move_on
from flows.approval.outcome import Effects, Notice, Outcome
from flows.approval.run import Run
from flows.approval.sitting import (
    CHOICES,
    DEFERRED,
    LAST,
    RECUSED,
    VOTES,
    WRITTEN,
    Sitting,
    named,
    open_items,
    sitting_of,
    text_list,
)
from flows.approval.turn import refuse_held
from flows.errors import AlreadyClosed, AlreadyDone, BrokenRule, NotYourTurn, ReasonNeeded, Refused, TooLate
from flows.facts import Facts
from flows.families import family_of
from flows.families.meeting import MeetingFamily, votable
from flows.families.meeting_checks import ACT, examined
from flows.procedure.checks import Request
from flows.procedure.findings import Finding, refusals
from flows.procedure.model import Json, Procedure


class _At:
    """One act at a meeting: the meeting as it stands, and what is checked before anything is written."""

    def __init__(self, case: Case, procedure: Procedure, act: Act, facts: Facts) -> None:
        self.case, self.procedure, self.act, self.facts = case, procedure, act, facts
        if not named(procedure, "until" if act.verb == "attend" else "vote"):
            raise Refused(f"“{procedure.name}”没有这一步，请看卡片上的按钮。")
        if case.ended or case.state == "returned":
            raise AlreadyClosed(case.state)
        refuse_held(case, facts.office)
        self.sitting = sitting_of(procedure, case.values, case.applicant, facts.office)
        self.family = family_of(procedure)

    def entered(self, step: str) -> bool:
        """Whether the case has come to the step."""
        return any(visit.step == step for visit in self.case.visits_of_round())

    def step_entry(self, key: str) -> tuple[str, ...]:
        """The ledger id of the step the procedure gives for the key."""
        return (self.procedure.entry("step", named(self.procedure, key)),)

    def member(self) -> None:
        """Stop who is not due at the meeting.

        Raises:
            NotYourTurn: the actor is not.
        """
        if self.act.actor not in self.sitting.due:
            raise NotYourTurn("您不在应到人员里，不能操作；有出入请联系会议秘书。", entries=self.step_entry("called"))

    def item(self) -> tuple[str, ...]:
        """The items the act is about: given by name, or by number.

        Raises:
            Refused: there is none such.
        """
        said = text_list(self.act.set.get("item"))
        items = self.sitting.items
        found = tuple(items[int(one) - 1] if one.isdecimal() and 0 < int(one) <= len(items) else one for one in said)
        listed = "；".join(f"{n} {item}" for n, item in enumerate(items, 1))
        if not found or any(item not in items for item in found):
            raise Refused(f"请写明是哪一项议题：{listed}。", entries=self.step_entry("vote"))
        return found

    def findings(self, kind: str, more: Mapping[str, Json]) -> tuple[Finding, ...]:
        """What the meeting's rules find in the act.

        Raises:
            BrokenRule: one of them refuses.
        """
        values = {**self.case.values, ACT: {"kind": kind, "by": self.act.actor, **more}}
        request = Request(
            self.facts.pack, self.procedure, values, self.facts, self.case.applicant, done=self.case.done_steps()
        )
        found = examined(request)
        if refusals(found):
            raise BrokenRule(refusals(found))
        return found

    def write(
        self, line: str, found: tuple[Finding, ...], data: Mapping[str, Json], changes: Mapping[str, Json]
    ) -> Run:
        """The line of the journal, with the reasons it rests on and what it changes."""
        run = Run(self.case, self.procedure, self.facts, self.act.actor)
        clauses: list[Json] = [finding.entry for finding in found if finding.weight == "reason"]
        run.write(line, {**data, "clauses": clauses, "set": dict(changes)})
        run.findings = found
        return run

    def keep_minutes(self, run: Run) -> None:
        """The minutes as the meeting stands after the act."""
        if isinstance(self.family, MeetingFamily):
            run.effects += Effects(rows=self.family.minutes(self.procedure, run.case, self.facts))


def attend(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """The actor signs in; who is due, or invited to listen, may, until the meeting is past it."""
    at = _At(case, procedure, act, facts)
    observers = text_list(case.values.get("observers"))
    if act.actor not in observers:
        at.member()
    called, until, field = (named(procedure, key) for key in ("called", "until", "present"))
    if called and called not in case.done_steps():
        raise Refused("会议还没有通知，通知以后再签到。", entries=at.step_entry("called"))
    seat = procedure.step_by_id[until].seat
    if until in case.done_steps() or (seat and at.entered(until)):
        raise TooLate("会议已经过了签到的时候，不能再签到；有出入请联系会议秘书。", entries=at.step_entry("until"))
    here = text_list(case.values.get(field))
    if act.actor in here:
        raise Refused("您已经签过到了。")
    found = at.findings("attend", {})
    run = at.write("signed_in", found, {}, {field: [*here, act.actor]})
    after = sitting_of(procedure, run.case.values, case.applicant, facts.office)
    return run.outcome(answer=f"已签到。应到 {len(after.due)} 人，实到 {len(after.present)} 人。")


def recuse(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """The actor stays out of an item: neither speaks on it nor votes."""
    at = _At(case, procedure, act, facts)
    at.member()
    items, sitting = at.item(), at.sitting
    voted = [item for item in items if act.actor in sitting.votes.get(item, {})]
    if voted:
        raise TooLate(f"您对“{'、'.join(voted)}”已经表决，不能再回避；请告诉主持人。", entries=at.step_entry("vote"))
    out = {item: list(people) for item, people in sitting.recused.items()}
    for item in items:
        out[item] = list(dict.fromkeys((*out.get(item, ()), act.actor)))
    told = [facts.office.name_of(who) for who in dict.fromkeys(who for people in out.values() for who in people)]
    found = at.findings("recuse", {"items": list(items)})
    changes: dict[str, Json] = {RECUSED: {item: [*people] for item, people in out.items()}}
    field = procedure.field_by_id.get(named(procedure, "recused"))
    if field is not None:
        people = list(dict.fromkeys(who for people in out.values() for who in people))
        changes[field.id] = [*people] if field.type == "person" else "、".join(told)
    run = at.write("recused", found, {"item": list(items)}, changes)
    _through(run, (act.actor,), "回避")
    return run.outcome(answer=f"已记下：您回避“{'、'.join(items)}”，不参加讨论和表决。")


def vote(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """One ballot of the actor; the last one of a member ends their part, the last of all ends the vote."""
    at = _At(case, procedure, act, facts)
    at.member()
    items, choice = at.item(), str(act.set.get("choice") or "")
    cast = _cast(at.sitting, items, act.actor, choice)
    found = _examined_ballot(at, items, choice, cast)
    again = [item for item in items if act.actor in at.sitting.votes.get(item, {})]
    if again:
        done = max((v.done_at for v in case.visits if v.done_by == act.actor and v.done_at), default=facts.now)
        raise AlreadyDone(act.actor, done, mine=True)
    if not any(visit.asked(act.actor) for visit in _open(case, named(procedure, "vote"))):
        raise NotYourTurn("还没有到表决，或表决已经结束。", entries=at.step_entry("vote"))
    put_off = [item for item in items if item in at.sitting.deferred]
    if put_off:
        raise TooLate(f"“{'、'.join(put_off)}”已经缓议，不再表决。", entries=at.step_entry("vote"))
    told: dict[str, Json] = {"item": list(items), **({} if at.sitting.secret else {"choice": choice})}
    run = at.write("voted", found, told, {VOTES: cast, LAST: items[-1], **_said(at, cast)})
    after = sitting_of(procedure, run.case.values, case.applicant, facts.office)
    if any(after.complete(item) for item in items):
        at.keep_minutes(run)
    _through(run, (act.actor,), "")
    left = open_items(after, act.actor, votable(procedure, after))
    rest = f"还有 {len(left)} 项待您表决。" if left else "各项都已表决。"
    said = "已投票" if at.sitting.secret else f"已表决：{CHOICES.get(choice, choice)}"
    return run.outcome(answer=f"{said}“{'、'.join(items)}”。{rest}")


def _examined_ballot(at: _At, items: tuple[str, ...], choice: str, cast: dict[str, Json]) -> tuple[Finding, ...]:
    """What the rules find in the ballot; whether an item is complete is seen with the ballot in."""
    given: dict[str, Json] = {"items": list(items), "choice": choice}
    at.findings("vote", given)
    with_it = replace(at.case, values={**at.case.values, VOTES: cast})
    return _At(with_it, at.procedure, at.act, at.facts).findings("vote", given)


def _cast(sitting: Sitting, items: tuple[str, ...], person: str, choice: str) -> dict[str, Json]:
    """All votes with this one; in a secret vote only the sums and who has voted."""
    votes: dict[str, Json] = {}
    for item in dict.fromkeys((*sitting.votes, *items)):
        by_person: dict[str, Json] = dict(sitting.votes.get(item, {}))
        count = sitting.count(item)
        sums = {"for": count.for_, "against": count.against, "defer": count.defer}
        if item in items and person not in by_person:
            by_person[person] = "voted" if sitting.secret else choice
            sums[choice] = sums.get(choice, 0) + 1
        if sitting.secret:
            by_person["#"] = {**sums}
        votes[item] = by_person
    return votes


def _said(at: _At, cast: Mapping[str, Json]) -> dict[str, Json]:
    """Who voted how, in words, where the vote is no secret one."""
    field = named(at.procedure, "said")
    if not field or at.sitting.secret:
        return {}
    lines: list[Json] = []
    for item, votes in ((item, votes) for item, votes in cast.items() if isinstance(votes, dict)):
        by_choice = [
            f"{said} {'、'.join(at.facts.office.name_of(who) for who, chosen in votes.items() if chosen == choice)}"
            for choice, said in CHOICES.items()
            if choice in votes.values()
        ]
        lines.append(f"{item}：{'；'.join(by_choice)}")
    return {field: lines}


def defer(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """The chair puts an item off (缓议): it is not voted on any more and not passed, the others go on."""
    at = _At(case, procedure, act, facts)
    if act.actor != at.sitting.chair:
        raise NotYourTurn("缓议由主持人定。", entries=at.step_entry("vote"))
    step = named(procedure, "vote")
    if not _open(case, step):
        raise NotYourTurn("还没有到表决，或表决已经结束，不能缓议。", entries=at.step_entry("vote"))
    items = at.item()
    found = at.findings("defer", {"items": list(items)})
    put_off = list(dict.fromkeys((*at.sitting.deferred, *items)))
    run = at.write("put_off", found, {"item": list(items)}, {DEFERRED: [*put_off]})
    at.keep_minutes(run)
    _through(run, tuple(ask.person for visit in _open(case, step) for ask in visit.asks), "缓议")
    return run.outcome(answer=f"“{'、'.join(items)}”缓议，其余照常表决。")


def write_view(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """A member who cannot come sends in a view before the others speak; it stands apart and is no vote."""
    at = _At(case, procedure, act, facts)
    at.member()
    text = act.reason.strip()
    if act.actor in at.sitting.present:
        raise Refused("您已经签到，请在会上发言，不用另交书面意见。", entries=at.step_entry("speak"))
    if at.entered(named(procedure, "speak")):
        raise TooLate("会议已经开始，书面意见要在会前交；请直接与主持人联系。", entries=at.step_entry("speak"))
    if not text:
        raise ReasonNeeded("请写明您的书面意见。")
    found = at.findings("view", {})
    written = {**at.sitting.written, act.actor: text}
    lines = [f"{facts.office.name_of(who)}：{said}" for who, said in written.items()]
    changes: dict[str, Json] = {WRITTEN: {**written}, named(procedure, "written"): [*lines]}
    run = at.write("wrote", found, {"text": text}, changes)
    at.keep_minutes(run)
    who = words.called(facts.office, act.actor)
    run.tell((at.sitting.chair,), named(procedure, "speak"), f"{who}不能到会，已交书面意见（不计票）：{text}")
    return run.outcome(answer="书面意见已收到，会上单列，不计票。")


def _open(case: Case, step: str) -> tuple[Visit, ...]:
    return tuple(visit for visit in case.visits if visit.status == "open" and visit.step == step and not visit.extra)


def _through(run: Run, people: tuple[str, ...], why: str) -> None:
    """End the part of those who have nothing left to say or to vote on; the last one takes the meeting on."""
    procedure, office = run.procedure, run.facts.office
    speak, ballot = named(procedure, "speak"), named(procedure, "vote")
    sitting = sitting_of(procedure, run.case.values, run.case.applicant, office)
    for person in dict.fromkeys(people):
        left = open_items(sitting, person, votable(procedure, sitting))
        out = sitting.items and all(sitting.out(item, person) for item in sitting.items)
        for visit in (*_open(run.case, speak), *_open(run.case, ballot)):
            if visit.asked(person) and (not left if visit.step == ballot else out):
                data: dict[str, Json] = {"visit": visit.index, "step": visit.step, "decision": "done", "reason": why}
                run.write("done", data, actor=person)
                run.notices.append(Notice(person, "update", visit.step, "copy"))
                move_on(run, visit.index)


ACTS: Mapping[str, Callable[[Case, Procedure, Act, Facts], Outcome]] = {
    "attend": attend,
    "recuse": recuse,
    "vote": vote,
    "defer": defer,
    "write_view": write_view,
}
"""What may be done at a meeting, by its verb."""
