"""加签: one more person looks, before, after or beside who is asked.

    before (请他先看, the default)  the signer's own asking pauses and comes back once the added one has looked
    beside (请他一起看)             both are asked; the step passes when both are through
    after  (请他再看)               the added one is asked once the signer has agreed; the step passes after that

Who is added reviews: they agree, reserve or say why not, and everybody after sees it. They decide nothing; a 不同意 of
theirs goes back to who asked them.
"""

from flows.approval import words
from flows.approval.act import Act
from flows.approval.assign import works_here
from flows.approval.case import Case, Visit, plain_asks
from flows.approval.onward import move_on, open_signer
from flows.approval.outcome import Outcome
from flows.approval.run import Run
from flows.approval.turn import acting_visit, may_act, refuse_held, step_at
from flows.errors import ReasonNeeded, Refused
from flows.facts import Facts
from flows.people import Ask
from flows.procedure.model import DECIDING, Procedure

LOOKS = frozenset({"agree", "confirm", "reserve", "refuse"})
PLACES = {"before": "先看", "after": "再看", "beside": "一起看"}


def add_sign(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Ask one more person to look at the step the actor is asked at.

    Raises:
        Refused: as for any act on an open step; the step is none to be looked at, or the person cannot be added.
    """
    visit, ask = acting_visit(case, procedure, act, facts)
    if step_at(procedure, visit).seat:
        raise Refused("会上的事由到会的人办，不能加签。", entries=(procedure.entry("step", visit.step),))
    place = act.place or "before"
    _may_be_added(case, visit, place, act, facts)
    signer = Ask(act.to, _post_of(act.to, facts))
    run = Run(case, procedure, facts, act.actor)
    run.write(
        "signer_added",
        {
            "visit": visit.index,
            "step": visit.step,
            "to": act.to,
            "place": place,
            "for": ask.for_,
            "asks": plain_asks((signer,)),
            "reason": act.reason.strip(),
        },
    )
    if place != "after":
        open_signer(run, visit, signer, place, act.actor)
    who = words.called(facts.office, act.to)
    said = {"before": f"已请{who}先看，看过之后再请您办理。", "beside": f"已请{who}一起看。"}
    return run.outcome(answer=said.get(place, f"您办理之后会请{who}再看。"))


def _may_be_added(case: Case, visit: Visit, place: str, act: Act, facts: Facts) -> None:
    """Stop an addition that makes no sense.

    Raises:
        Refused: with what to do instead.
    """
    name = facts.office.name_of(act.to)
    if place not in PLACES:
        raise Refused("加签只能请他先看、请他再看或请他一起看。")
    if visit.kind not in DECIDING:
        raise Refused("这一步是办理，不能加签；有疑问可以用“问一下”。")
    if visit.extra and place != "before":
        raise Refused("您是被请来看的，只能再请人先看，请改用“请他先看”。")
    if not works_here(facts.office, act.to):
        raise Refused("没有找到要加签的人，请写本单位在岗人员的姓名或工号。")
    if act.to == case.applicant:
        raise Refused("申请人不能审自己的申请；要向本人了解情况，请用“问一下”。")
    if act.to == act.actor or any(item.asked(act.to) for item in case.group_of(visit) if item.status == "open"):
        raise Refused(f"{name}已经在办这一步，不用再加签。")
    if any(item.person == act.to for item in visit.then):
        raise Refused(f"已经请过{name}再看，不用重复。")
    if act.to in facts.away:
        raise Refused(f"{name}现在不在岗，请另选一位，或等他回来。")


def _post_of(person: str, facts: Facts) -> str:
    posts = facts.office.person(person).posts
    return posts[0].id if posts else "staff"


def look(case: Case, procedure: Procedure, visit: Visit, act: Act, facts: Facts) -> Outcome:
    """An added signer has looked: who asked them goes on, with the opinion before them.

    Raises:
        Refused: it is not the actor's to look, the case is held, or an opinion lacks its reason.
    """
    may_act(case, visit, procedure, act.actor, facts)
    refuse_held(case, facts.office)
    if act.verb not in LOOKS:
        raise Refused("您是被请来看的，只提意见：可以同意、保留意见或写明不同意的理由，由请您的人决定。")
    if act.verb in ("refuse", "reserve") and not act.reason.strip():
        raise ReasonNeeded("请写明理由。")
    decision = "refuse" if act.verb == "refuse" else "agree"
    run = Run(case, procedure, facts, act.actor)
    run.write(
        "done",
        {
            "visit": visit.index,
            "step": visit.step,
            "decision": decision,
            "for": "",
            "reason": act.reason.strip(),
            **({"reserved": True} if act.verb == "reserve" else {}),
        },
    )
    asked_from = case.visits[visit.of]
    said = words.looked(procedure, run.case, facts.office, run.case.visits[visit.index])
    if visit.place == "before":
        run.enter_again(asked_from, asked_from.asks)
    elif decision == "refuse" and asked_from.status == "done":
        run.write("overtaken", {"step": visit.step, "visits": [asked_from.index]})
        back = tuple(ask for ask in asked_from.asks if ask.person == asked_from.done_by) or asked_from.asks
        run.enter_again(asked_from, back, then=[])
    run.tell((visit.added_by,), visit.step, said)
    if visit.place != "before":
        move_on(run, visit.index)
    return run.outcome()
