"""The buttons of a meeting on a member's card: sign in, and for each item still open a row of answers."""

from flows.approval.case import Case
from flows.approval.sitting import CHOICES, named, open_items, sitting_of, text_list
from flows.cards import Button
from flows.conversation.wording import shortened
from flows.facts import Facts
from flows.families.meeting import votable
from flows.procedure.model import Procedure


def sitting_rows(case: Case, procedure: Procedure, viewer: str, facts: Facts) -> tuple[tuple[Button, ...], ...]:
    """Rows of what the viewer may do at the meeting now; press codes are `sit:<verb>:<case>:<item>:<choice>`."""
    until = named(procedure, "until")
    if procedure.family != "meeting" or not until or case.ended or case.held or case.state == "returned":
        return ()
    sitting = sitting_of(procedure, case.values, case.applicant, facts.office)
    voting = [v for v in case.visits if v.status == "open" and v.step == named(procedure, "vote") and v.asked(viewer)]
    if voting:
        left = open_items(sitting, viewer, votable(procedure, sitting))
        return tuple(_ballot(case, sitting.items.index(item) + 1, item) for item in left)
    invited = viewer in (*sitting.due, *text_list(case.values.get("observers")))
    here = viewer in text_list(case.values.get(named(procedure, "present")))
    past = any(v.step == until and (v.status == "done" or procedure.step_by_id[until].seat) for v in case.visits)
    if invited and not here and not past and named(procedure, "called") in case.done_steps():
        return ((Button("签到", f"sit:attend:{case.id}:0:-", "primary"),),)
    return ()


def _ballot(case: Case, number: int, item: str) -> tuple[Button, ...]:
    """One item's row: its answers, and staying out of it."""
    code = f"{case.id}:{number}"
    answers = [
        Button(
            f"{number} {shortened(item)}：{said}" if choice == "for" else f"{number} {said}",
            f"sit:vote:{code}:{choice}",
            "primary" if choice == "for" else "plain",
        )
        for choice, said in CHOICES.items()
    ]
    return (*answers, Button(f"{number} 回避", f"sit:recuse:{code}:-"))
