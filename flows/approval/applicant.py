"""What applicants may do with their own request beside the route: take it back, press for it."""

from datetime import datetime

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case, Visit
from flows.approval.consent import cancel_visit
from flows.approval.outcome import Notice, Outcome
from flows.approval.run import Run, role_of
from flows.calendar import Slot, moment_text
from flows.errors import AlreadyClosed, NotYourTurn, OnHold, Refused, TooLate, TooSoon
from flows.facts import Facts
from flows.people import Ask
from flows.procedure.model import Procedure


def withdraw(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Take the request back before it is decided."""
    if act.actor != case.applicant:
        raise NotYourTurn("只有申请人本人可以撤回。")
    if case.ended:
        raise AlreadyClosed(case.state)
    if case.state == "approved":
        raise TooLate(f"本件已经批准，不能撤回；如不再需要，请撤销：发送“撤销 {case.code}”加理由。")
    if any(visit.status == "done" and visit.kind in ("execute", "issue") for visit in case.visits_of_round()):
        raise TooLate("本件已经办理（盖章、印发等），不能撤回；有问题请与经办人联系。")
    asked = tuple(ask.person for visit in case.visits if visit.status == "open" for ask in visit.asks)
    run = Run(case, procedure, facts, act.actor)
    run.write("withdrawn", {"reason": act.reason.strip()})
    run.affect("withdrawn")
    run.tell(asked, "withdrawn", words.withdrawn(procedure, case, facts.office))
    return run.outcome()


def next_urge(case: Case, facts: Facts) -> datetime | None:
    """When the applicant may press 催办 again: once per case and working day (None: now)."""
    if case.urged_at is None or (
        case.urged_at.date() < facts.now.date() and facts.calendar.is_workday(facts.now.date())
    ):
        return None
    day = facts.calendar.next_workday(facts.now.date())
    return facts.calendar.begins(Slot(day, "am")).replace(tzinfo=facts.now.tzinfo)


def may_urge(case: Case, facts: Facts) -> bool:
    """Whether 催办 would reach somebody now."""
    try:
        _to_press(case, facts)
    except Refused:
        return False
    return True


def _to_press(case: Case, facts: Facts) -> tuple[tuple[Visit, Ask], ...]:
    """Everybody asked now who is here to be pressed, each once, with what they are asked.

    Raises:
        Refused: there is nobody to press, or it is too soon to press again.
    """
    if case.ended or case.state == "returned":
        raise AlreadyClosed(case.state)
    waiting = _waiting(case)
    if not waiting:
        raise TooLate("本件现在没有在等的人，不用催办；如有疑问请联系办公室管理员。")
    asked = {ask.person: (visit, ask) for visit in waiting for ask in visit.asks if ask.person != case.applicant}
    if not asked:
        raise TooLate("本件现在等的是您本人，不用催办。")
    if case.held:
        raise OnHold("本件已挂起，恢复后才能催办。")
    wait = next_urge(case, facts)
    if wait is not None:
        raise TooSoon(wait, f"本件今天已催办过，下次可催时间：{moment_text(wait)}。")
    here = tuple(each for person, each in asked.items() if person not in facts.away)
    if not here:
        raise TooLate("在等的人现在不在岗，催办不到；如急需办理，请联系办公室管理员安排。")
    return here


def _waiting(case: Case) -> tuple[Visit, ...]:
    """The open visits somebody is asked at; while a cancellation waits for its consent, only that one."""
    asked = cancel_visit(case)
    return (asked,) if asked is not None else tuple(v for v in case.visits if v.status == "open" and v.asks)


def urge(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Press those who are asked now; people known to be away are not nudged, and the sender sees whom it reached."""
    if act.actor != case.applicant:
        raise NotYourTurn("只有申请人本人可以催办。")
    here = _to_press(case, facts)
    run = Run(case, procedure, facts, act.actor)
    first = here[0][0]
    run.write("urged", {"visit": first.index, "step": first.step})
    for visit, ask in here:
        text = words.nudge(procedure, case, facts.office, visit)
        run.notices.append(Notice(ask.person, "nudge", visit.step, role_of(visit.kind), visit.index, text))
    names = "、".join(words.called(facts.office, ask.person) for _, ask in here)
    again = next_urge(run.case, facts)
    return run.outcome(answer=f"已催办{names}。下次可催时间：{moment_text(again)}。" if again else "")
