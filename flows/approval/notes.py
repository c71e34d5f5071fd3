"""What stands under a card: who decided last, opinions everybody after should see, why it is held, open questions."""

from flows.approval import words
from flows.approval.case import Case, Visit
from flows.approval.consent import cancel_visit
from flows.calendar import moment_text
from flows.facts import Facts
from flows.procedure.model import DECIDING


def notes_of(case: Case, viewer: str, facts: Facts) -> tuple[str, ...]:
    """The lines in the viewer's eyes; the first says who decided last, or what is put to the viewer."""
    put = _put_to(case, viewer, facts)
    decided = _decided(case, viewer) if not put else None
    first = put or (_said(decided, viewer, facts) if decided else "")
    lines = (first, *_beside(case, viewer, facts, decided))
    return tuple(line for line in lines if line)


def _put_to(case: Case, viewer: str, facts: Facts) -> str:
    """What is put to the viewer beside the request: a cancellation asked for, an oral approval to be confirmed."""
    asked = cancel_visit(case)
    if asked is not None:
        return f"申请人要求撤销：{asked.reason}"
    oral = next((each for each in reversed(case.orals) if case.visits[each.visit].status == "open"), None)
    if oral is None or oral.by != viewer:
        return ""
    noted = words.called(facts.office, oral.noted_by)
    return f"{noted}补记：您于{moment_text(oral.at)}口头同意，等您点“同意”确认"


def _decided(case: Case, viewer: str) -> Visit | None:
    """The viewer's own last decision, else the one taken where they were asked too, else the last of all."""
    decided = [v for v in case.visits if v.status == "done" and v.decision and v.kind != "submit" and v.done_at]
    done = sorted(decided, key=lambda visit: visit.done_at or visit.entered_at)
    own = (v for v in reversed(done) if v.done_by == viewer)
    taken = (v for v in reversed(done) if v.asked(viewer) and not v.extra)
    return next(own, None) or next(taken, None) or (done[-1] if done else None)


def _said(visit: Visit, viewer: str, facts: Facts) -> str:
    """Who decided and when: 您于11月24日 10:02 同意, 已由他人处理：柳青于11月23日10:00同意."""
    mine = visit.done_by == viewer
    who = "您" if mine else acted(visit, visit.done_by, visit.done_for, facts)
    said = {"agree": "同意", "refuse": "不同意", "send_back": "退回", "done": "办理"}[visit.decision]
    if visit.reserved:
        said = "保留意见"
    if visit.kind not in DECIDING and visit.decision == "agree":
        said = "确认"
    if visit.extra == "cancel":
        said += "撤销"
    if visit.extra == "extend":
        said += "延期"
    if visit.extra == "takes_over":
        said = "不能代为负责" if visit.decision == "refuse" else "同意代为负责"
    assert visit.done_at is not None
    reason = f"：{visit.reason}" if visit.reason else ""
    by_other = "已由他人处理：" if not mine and visit.asked(viewer) and not visit.extra else ""
    return f"{by_other}{who}于{moment_text(visit.done_at)}{said}{reason}"


def acted(visit: Visit, person: str, principal: str, facts: Facts) -> str:
    """The person with whom they act for: 李慧敏 代 郑海涛, 郑海涛（李慧敏转交）."""
    if principal and principal in visit.handed_over:
        return f"{facts.office.name_of(person)}（{facts.office.name_of(principal)}转交）"
    return words.decided_by(facts.office, person, principal)


def _beside(case: Case, viewer: str, facts: Facts, told: Visit | None) -> list[str]:
    """Opinions of the round that were no plain yes, but the one already told; why it is held; open questions."""
    office = facts.office
    lines = [
        f"{words.called(office, visit.done_by)}{words.opinion(visit)}"
        for visit in case.visits_of_round()
        if visit.status == "done" and visit.done_by != viewer and visit != told and (visit.reserved or _against(visit))
    ]
    if case.held:
        lines.append(f"{words.called(office, case.held)}挂起：{case.held_why}")
    lines += [
        f"{words.called(office, item.by)}问{words.called(office, item.to)}：{item.text}"
        for item in case.questions
        if item.answered_at is None
    ]
    return lines


def _against(visit: Visit) -> bool:
    """Whether an added signer or one of several said no, and the case went on."""
    return visit.decision == "refuse" and (bool(visit.extra) or visit.total > 1)
