"""更多: what a person may do to a case beside the two decisions on its card, in the order it is offered."""

from dataclasses import dataclass

from flows.approval.back import earlier_steps, may_take_back
from flows.approval.case import CONSENTS, Case, Visit
from flows.approval.decide import fits
from flows.approval.extension import may_extend
from flows.approval.hold import may_hold
from flows.approval.question import may_ask, waiting_for
from flows.approval.remark import may_copy
from flows.approval.run import choices_at
from flows.approval.transfer import receivers
from flows.approval.turn import may_act, my_visit, step_at
from flows.cards import Button
from flows.facts import Facts
from flows.procedure.model import DECIDING, Procedure

ADDING = (("before", "请他先看（加签）"), ("after", "请他再看（加签）"), ("beside", "请他一起看（加签）"))


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the menu: its words and the press behind it."""

    label: str
    press: str


def choices_for(case: Case, procedure: Procedure, viewer: str, facts: Facts) -> tuple[Choice, ...]:
    """What the viewer may do now beside deciding."""
    offered: list[Choice] = []
    mine = my_visit(case, procedure, viewer, facts)
    if mine is not None and case.state != "returned":
        offered += _at_step(case, procedure, mine, viewer, facts)
    if not case.ended and not case.held and may_ask(case, procedure, viewer, facts):
        offered.append(Choice("问一下", f"pick:ask:{case.id}:-1"))
    waits = any(visit.status == "open" for visit in case.visits) and not case.ended and case.state != "returned"
    if waits and not case.held and may_hold(case, procedure, viewer, facts):
        offered.append(Choice("挂起", f"do:hold:{case.id}:-1"))
    return (*offered, *_beside(case, procedure, viewer))


def _beside(case: Case, procedure: Procedure, viewer: str) -> list[Choice]:
    """What decides nothing: everybody concerned may speak, the applicant may add material."""
    offered = [Choice("为什么", f"why:{case.id}"), Choice("留言", f"write:comment:{case.id}")]
    if may_extend(case, procedure, viewer):
        offered.append(Choice("延期", f"write:extend:{case.id}"))
    if viewer == case.applicant and not case.ended and case.state != "returned":
        offered.append(Choice("补充材料", f"write:supplement:{case.id}"))
    waits = any(v.status == "open" and v.kind in DECIDING and v.extra not in CONSENTS for v in case.visits)
    if may_copy(case, viewer) and waits and not case.ended:
        offered.append(Choice("补记口头同意", f"write:oral:{case.id}"))
    if may_copy(case, viewer):
        offered.append(Choice("抄送", f"write:copy_to:{case.id}"))
    if viewer == case.applicant:
        offered.append(Choice("复制", f"copy:{case.id}"))
    return offered


def _at_step(case: Case, procedure: Procedure, visit: Visit, viewer: str, facts: Facts) -> list[Choice]:
    code, step = f"{case.id}:{visit.index}", step_at(procedure, visit)
    offered: list[Choice] = []
    if fits("reserve", step, procedure) and choices_at(procedure, step) is None:
        offered.append(Choice("保留意见", f"do:reserve:{code}"))
    if receivers(case, procedure, visit, may_act(case, visit, procedure, viewer, facts), facts):
        offered.append(Choice("转交", f"pick:transfer:{code}"))
    if visit.kind in DECIDING and not step.seat:
        places = ADDING[:1] if visit.extra else ADDING
        offered += [Choice(label, f"pick:{place}:{code}") for place, label in places]
    if not visit.extra and fits("send_back", step, procedure):
        offered += [
            Choice(f"退回到“{earlier.name}”", f"back:{code}:{earlier.id}")
            for earlier in earlier_steps(case, procedure, visit)
        ]
    return offered


def extra_buttons(case: Case, procedure: Procedure, viewer: str, facts: Facts) -> tuple[Button, ...]:
    """The buttons on the card itself that are no decision: 答复, 取回, 恢复."""
    buttons: list[Button] = []
    question = waiting_for(case, viewer)
    if question is not None and not case.ended:
        buttons.append(Button("答复", f"do:answer:{case.id}:{question.number}", "primary"))
    if case.held and not case.ended and may_hold(case, procedure, viewer, facts):
        buttons.append(Button("恢复", f"do:lift:{case.id}:-1", "primary"))
    if may_take_back(case, procedure, viewer):
        buttons.append(Button("取回", f"do:take_back:{case.id}:-1"))
    return tuple(buttons)
