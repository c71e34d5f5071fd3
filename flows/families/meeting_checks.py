"""Checks of meetings: who makes a quorum, who votes on what and how, what it takes to pass, who speaks last.

What somebody does at a meeting is examined like a request: the ballot or the sign-in stands among the values under
`ACT`, at the step it belongs to.
"""

from dataclasses import dataclass
from typing import Literal

from flows.approval.sitting import CHOICES, Sitting, least, sitting_of, text_list
from flows.procedure.checks import VOCABULARY, Request, applies, check, reason
from flows.procedure.findings import Finding
from flows.procedure.model import Rule

ACT = "_act"


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot: by whom, on which items, and the choice (empty: none said)."""

    by: str
    items: tuple[str, ...]
    choice: str


def ballot_of(request: Request) -> Ballot | None:
    """The ballot that is examined, if one is."""
    act = request.values.get(ACT)
    if not isinstance(act, dict) or act.get("kind") != "vote":
        return None
    return Ballot(str(act.get("by")), text_list(act.get("items")), str(act.get("choice") or ""))


def _sitting(request: Request) -> Sitting:
    return sitting_of(request.procedure, request.values, request.applicant, request.facts.office)


def _refused(rule: Rule, text: str) -> tuple[Finding, ...]:
    return (Finding(rule.entry, "refuse", text, rule.cite),)


@dataclass(frozen=True, slots=True)
class Quorum:
    """Parameters of `quorum`: the fraction of those due that must be present.

    `items` all: the meeting is not opened at `at` without it; cadre: no item about appointments is voted on without it.
    """

    at: str
    numerator: int
    denominator: int
    items: Literal["all", "cadre"] = "all"


@check("quorum", Quorum)
def quorum(rule: Rule, params: Quorum, request: Request) -> tuple[Finding, ...]:
    """Too few present: the meeting is not opened, or the item not voted on."""
    sitting, ballot = _sitting(request), ballot_of(request)
    if not applies(rule, request.values) or (params.items == "cadre" and not sitting.cadre):
        return ()
    wanted = least(len(sitting.due), params.numerator, params.denominator)
    here = len(sitting.present)
    said = f"应到 {len(sitting.due)} 人，实到 {here} 人，至少要 {wanted} 人"
    if params.items == "all" and ballot is None:
        if request.step != params.at:
            return ()
        return (reason(rule, said),) if here >= wanted else _refused(rule, f"{said}，人数不够，不能开会。")
    if params.items == "all":
        return ()
    if ballot is None:
        return (reason(rule, said),) if request.step == params.at else ()
    if here < wanted and sitting.cadre.intersection(ballot.items):
        return _refused(rule, f"{said}，人数不够，不能表决干部任免事项，请另行开会再议。")
    return ()


@dataclass(frozen=True, slots=True)
class PassesBy:
    """Parameters of `passes_by`: the fraction of those due that the votes for must exceed (`more`) or reach."""

    numerator: int
    denominator: int
    more: bool = False


@check("passes_by", PassesBy)
def passes_by(rule: Rule, params: PassesBy, request: Request) -> tuple[Finding, ...]:
    """The rule is why an item is passed or not once its last vote is in."""
    sitting, ballot = _sitting(request), ballot_of(request)
    if ballot is None or not any(sitting.complete(item) for item in ballot.items):
        return ()
    wanted = least(len(sitting.due), params.numerator, params.denominator, more=params.more)
    return (reason(rule, f"应到 {len(sitting.due)} 人，赞成票要 {wanted} 票"),)


@dataclass(frozen=True, slots=True)
class BallotBy:
    """Parameters of `ballot_by`: what has a ballot of its own, each item or (of appointments) each person."""

    unit: Literal["item", "person"]


@check("ballot_by", BallotBy)
def ballot_by(rule: Rule, params: BallotBy, request: Request) -> tuple[Finding, ...]:
    """One ballot for several is none."""
    sitting, ballot = _sitting(request), ballot_of(request)
    if ballot is None:
        return ()
    about = [item for item in ballot.items if params.unit == "item" or item in sitting.cadre]
    if len(about) < 2:
        return ()
    each = "逐项" if params.unit == "item" else "逐人"
    return _refused(rule, f"{'、'.join(about)}要{each}表决，不能合成一票，请一项一项投。")


@dataclass(frozen=True, slots=True)
class VotersOnly:
    """Parameters of `voters_only`: nobody votes who was not `present`, or who stays out of the item (`recused`)."""

    without: Literal["absent", "recused"]


@check("voters_only", VotersOnly)
def voters_only(rule: Rule, params: VotersOnly, request: Request) -> tuple[Finding, ...]:
    """A vote of somebody who may not is not counted; that the views of the absent are not is said."""
    sitting, ballot = _sitting(request), ballot_of(request)
    if ballot is None:
        return ()
    if params.without == "absent":
        if ballot.by not in sitting.present:
            return _refused(rule, "没有签到的人不计票；未能到会的可以在会前交书面意见，意见单列，不算票。")
        return (reason(rule),) if set(sitting.due) - set(sitting.present) else ()
    out = [item for item in ballot.items if sitting.out(item, ballot.by)]
    return _refused(rule, f"您已回避“{'、'.join(out)}”，不参加这一项的讨论和表决。") if out else ()


@dataclass(frozen=True, slots=True)
class Answers:
    """Parameters of `answers`: the step at which the result is told, and the one at which everybody has voted by then.

    Everybody says for, against or defer; nothing else, and not nothing.
    """

    at: str
    steps: tuple[str, ...]


@check("answers", Answers)
def answers(rule: Rule, params: Answers, request: Request) -> tuple[Finding, ...]:
    """A ballot with no answer is refused, and so is the result before everybody has given theirs."""
    ballot = ballot_of(request)
    if ballot is not None and ballot.choice not in CHOICES:
        return _refused(rule, "表决只能选同意、反对或缓议，不能空着，请选一项。")
    if ballot is None and request.step == params.at and not request.done.issuperset(params.steps):
        return _refused(rule, "到会的人还没有都表决，不能公布结果，请等大家投完。")
    return ()


@dataclass(frozen=True, slots=True)
class LastToSpeak:
    """Parameters of `last_to_speak`: the step at which the chair speaks, and the one at which the others do first."""

    at: str
    steps: tuple[str, ...]


@check("last_to_speak", LastToSpeak)
def last_to_speak(rule: Rule, params: LastToSpeak, request: Request) -> tuple[Finding, ...]:
    """The chair speaks when everybody else has."""
    if request.step != params.at or request.done.issuperset(params.steps):
        return ()
    return _refused(rule, "主持人最后表态：其他成员还没有说完，请等大家说完再表态。")


@dataclass(frozen=True, slots=True)
class KeptFor:
    """Parameters of `kept_for`: the act at a meeting of which a trace is kept."""

    act: Literal["attend", "recuse", "defer", "view"]


@check("kept_for", KeptFor)
def kept_for(rule: Rule, params: KeptFor, request: Request) -> tuple[Finding, ...]:
    """The rule is why the act is kept."""
    act = request.values.get(ACT)
    return (reason(rule),) if isinstance(act, dict) and act.get("kind") == params.act else ()


OF_A_MEETING = (Quorum, PassesBy, BallotBy, VotersOnly, Answers, KeptFor)


def examined(request: Request) -> tuple[Finding, ...]:
    """Everything the meeting's own rules find in what somebody does there."""
    return tuple(
        finding
        for rule in request.procedure.rules
        for item in rule.checks
        if isinstance(item.params, OF_A_MEETING)
        for finding in VOCABULARY[item.name].examine(rule, item.params, request)
    )
