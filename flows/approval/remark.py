"""What is said or added beside the route and decides nothing: 留言, 补充材料, 抄送.

A remark is a line of the journal, never of the form. While the case is open those who deal with it are told; after the
end a remark goes to the journal alone.
"""

from collections.abc import Mapping

from flows.approval import words
from flows.approval.act import Act
from flows.approval.case import Case
from flows.approval.outcome import Notice, Outcome
from flows.approval.run import Run
from flows.errors import AlreadyClosed, BrokenRule, NotYourTurn, ReasonNeeded, Refused, TooLate
from flows.facts import Facts
from flows.families.confidential_checks import kept_from
from flows.families.meeting_order import SHOWN_TO, ParticipantsOnly
from flows.families.paper_checks import numbers_alone
from flows.people import Office
from flows.procedure.checks import Request, examine
from flows.procedure.findings import Finding, refusals
from flows.procedure.model import Json, Procedure

MOST_COPIED = 20


def comment(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """A remark by anybody concerned: told to the applicant and those asked now, after the end to nobody."""
    said = _said(act)
    run = Run(case, procedure, facts, act.actor)
    run.write("commented", said)
    if not case.ended:
        text = words.remarked(procedure, case, facts.office, act.actor, "留言", _short(said))
        run.tell((case.applicant, *_asked(case)), "commented", text)
    return run.outcome(answer="已留言。" if not case.ended else "已记入办理记录；本件已经结束，不再通知他人。")


def supplement(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """Material the applicant adds to a pending case; those asked and those who have decided are told."""
    if act.actor != case.applicant:
        raise NotYourTurn("只有申请人本人可以补充材料；其他人可以留言。")
    if case.ended:
        raise AlreadyClosed(case.state)
    if case.state == "returned":
        raise TooLate("本件已退回给您，请点“改好再交”，把材料一并改好。")
    said = _said(act)
    _refuse_papers(procedure, said)
    run = Run(case, procedure, facts, act.actor)
    run.write("supplemented", said)
    decided = tuple(visit.done_by for visit in case.visits_of_round() if visit.decision and visit.kind != "submit")
    text = words.remarked(procedure, case, facts.office, act.actor, "补充材料", _short(said))
    run.tell((*_asked(case), *decided), "supplemented", text)
    return run.outcome(answer="已补充，经办的人都会收到。")


def copy_to(case: Case, procedure: Procedure, act: Act, facts: Facts) -> Outcome:
    """The case shown to further people by the applicant or somebody who deals with it; they may look, not decide."""
    if not may_copy(case, act.actor):
        raise NotYourTurn("只有申请人和经办本件的人可以抄送。")
    people = _people(act.set.get("to"), facts.office)
    _may_be_shown(case, procedure, people, facts)
    run = Run(case, procedure, facts, act.actor)
    run.write("copied", {"to": [*people]})
    text = words.copied(procedure, case, facts.office, act.actor)
    for person in people:
        run.notices.append(Notice(person, "tell", "copied", "copy", text=text))
        run.notices.append(Notice(person, "update", "copied", "copy"))
    names = "、".join(facts.office.name_of(person) for person in people)
    return run.outcome(answer=f"已抄送{names}。")


def _may_be_shown(case: Case, procedure: Procedure, people: tuple[str, ...], facts: Facts) -> None:
    """Stop a copy to somebody a rule keeps the case from.

    Raises:
        BrokenRule: there is such a rule.
    """
    rules = tuple(r for r in procedure.rules if any(isinstance(item.params, ParticipantsOnly) for item in r.checks))
    values: dict[str, Json] = {**case.values, SHOWN_TO: [*people]}
    refused = refusals(examine(Request(facts.pack, procedure, values, facts, case.applicant), rules)) if rules else ()
    shut_out = tuple(f for who in people for f in kept_from(procedure, case.values, facts.office.person(who)))
    if refused or shut_out:
        raise BrokenRule(refused or shut_out[:1])


def may_copy(case: Case, person: str) -> bool:
    """Whether the person may show the case to others: the applicant, and who was asked or has acted."""
    return person in (case.applicant, *_dealing(case))


def _said(act: Act) -> dict[str, Json]:
    """What was said, as the journal keeps it.

    Raises:
        ReasonNeeded: neither words nor a file.
    """
    text, file = act.reason.strip(), act.set.get("file")
    if not text and not isinstance(file, dict):
        raise ReasonNeeded("请写一句话，或发一个附件。")
    return {"text": text, "file": file} if isinstance(file, dict) else {"text": text}


def _refuse_papers(procedure: Procedure, said: Mapping[str, Json]) -> None:
    """Stop an attachment where nothing but numbers is kept.

    Raises:
        BrokenRule: the text forbids it.
    """
    rule = numbers_alone(procedure) if "file" in said else None
    if rule is not None:
        text = "这一项只记编号和期限，不收附件；文件请按规定线下办理。"
        raise BrokenRule((Finding(rule.entry, "refuse", text, rule.cite),))


def _short(said: Mapping[str, Json]) -> str:
    """The remark in one line: its words, or the file's name."""
    file = said.get("file")
    name = f"附件 {file.get('name', '')}" if isinstance(file, dict) else ""
    return "，".join(part for part in (str(said.get("text") or ""), name) if part)


def _asked(case: Case) -> tuple[str, ...]:
    return tuple(ask.person for visit in case.visits if visit.status == "open" for ask in visit.asks)


def _dealing(case: Case) -> tuple[str, ...]:
    """Everybody who was asked or has acted."""
    asked = (ask.person for visit in case.visits for ask in visit.asks)
    return (*asked, *(visit.done_by for visit in case.visits if visit.done_by))


def _people(named: Json, office: Office) -> tuple[str, ...]:
    """Who is to be shown the case, each once.

    Raises:
        Refused: nobody, too many, or somebody who does not work here.
    """
    listed = [str(item) for item in named] if isinstance(named, list) else []
    people = tuple(dict.fromkeys(listed))
    if not people:
        raise ReasonNeeded("请写明抄送给谁，例如：抄送 8f3k 王芳。")
    if len(people) > MOST_COPIED:
        raise Refused(f"一次最多抄送{MOST_COPIED}人，请分几次。")
    for person in people:
        known = office.people.get(person)
        if known is None or not known.active:
            raise Refused(f"{office.name_of(person)}不在职，不能抄送，请换人。")
    return people
