"""问一下 and 答复: a question about a case and its answer; they decide nothing and change nothing of the route."""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.assign import works_here
from flows.approval.case import Case, Question
from flows.approval.outcome import Notice, Outcome
from flows.approval.run import Run
from flows.approval.turn import turn_of
from flows.cards import Button
from flows.errors import AlreadyClosed, NotYourTurn, ReasonNeeded, Refused, TooLate
from flows.facts import Facts
from flows.procedure.model import Procedure


def may_ask(case: Case, procedure: Procedure, person: str, facts: Facts) -> bool:
    """Whether the person may ask: whose turn it is, the applicant, whoever is in the talk already."""
    if case.ended:
        return False
    talking = any(person in (item.by, item.to) for item in case.questions)
    return person == case.applicant or talking or turn_of(case, procedure, person, facts) is not None


def refuse_to_ask(case: Case, procedure: Procedure, person: str, facts: Facts) -> None:
    """Stop a question of somebody who may put none.

    Raises:
        AlreadyClosed: the case has ended. NotYourTurn: the person has nothing to do with it now.
    """
    if case.ended:
        raise AlreadyClosed(case.state)
    if not may_ask(case, procedure, person, facts):
        raise NotYourTurn("这件现在不在您这里，只有经办的人和申请人可以提问。")


def waiting_for(case: Case, person: str) -> Question | None:
    """The oldest question the person has not answered yet."""
    return next((item for item in case.questions if item.to == person and item.answered_at is None), None)


def ask(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Put a question to somebody, the applicant too; they answer by button or word.

    Raises:
        Refused: the actor has nothing to do with the case now, nobody is asked, or nothing.
    """
    refuse_to_ask(case, procedure, act.actor, facts)
    if not works_here(facts.office, act.to):
        raise Refused("没有找到要问的人，请写本单位在岗人员的姓名或工号。")
    if act.to == act.actor:
        raise Refused("不用问自己，请另选一位。")
    if not act.reason.strip():
        raise ReasonNeeded("请写明要问什么。")
    run = Run(case, procedure, facts, act.actor)
    visit = case.open_visit
    step = visit.step if visit is not None else ""
    run.write("asked", {"to": act.to, "step": step, "question": act.reason.strip()})
    number = len(run.case.questions)
    text = words.asked(procedure, case, facts.office, run.case.questions[-1])
    answer_it = Button("答复", f"do:answer:{case.id}:{number}", "primary")
    run.notices.append(Notice(act.to, "tell", step or "asked", "copy", text=text, buttons=(answer_it,)))
    return run.outcome(answer=f"已问{words.called(facts.office, act.to)}，答复后会告诉您；本件仍在原处。")


def answer(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Answer a question; `visit` numbers it, without it the oldest open one is meant.

    Raises:
        Refused: nobody asked the actor, it is answered already, or nothing was said.
    """
    if case.ended:
        raise AlreadyClosed(case.state)
    meant = waiting_for(case, act.actor)
    if act.visit > 0:
        meant = next((item for item in case.questions if item.number == act.visit and item.to == act.actor), None)
    if meant is None:
        raise NotYourTurn("本件没有等您答复的问题。")
    if meant.answered_at is not None:
        raise TooLate("这个问题您已经答复过了；要补充，可以再用“问一下”说明。")
    if not act.reason.strip():
        raise ReasonNeeded("请写明答复的内容。")
    run = Run(case, procedure, facts, act.actor)
    run.write("answered", {"number": meant.number, "to": meant.by, "answer": act.reason.strip()})
    text = words.answered(procedure, case, facts.office, run.case.questions[meant.number - 1])
    again = Button("再问一句", f"pick:ask:{case.id}:-1")
    visit = case.open_visit
    step = visit.step if visit is not None else "answered"
    run.notices.append(Notice(meant.by, "tell", step, run.role(meant.by), text=text, buttons=(again,)))
    return run.outcome(answer=f"已答复{words.called(facts.office, meant.by)}。")
