"""Any order of acts by anybody: nothing is decided without its signers, twice, by a stranger, or after the end."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.approval.case import Case
from flows.approval.signing import own_visits
from flows.errors import Refused
from flows.procedure.model import AFTER_REPAIR, DECIDING, SIGNS, Procedure
from tests.flows.approval.parts import Walk, procedure_of, step

PEOPLE = ("D01", "D02", "D03", "S01", "S03", "W01", "W02", "W03", "A00")
VERBS = (
    "agree", "agree", "agree", "execute", "refuse", "send_back", "reserve", "transfer", "add_sign", "take_back",
    "hold", "lift", "lift", "ask", "answer", "withdraw", "resubmit",
)  # fmt: skip
Click = tuple[str, int, str, str, int]
CLICKS = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.integers(0, 11),
        st.sampled_from((*PEOPLE, "one", "")),
        st.sampled_from(("", "after", "beside")),
        st.sampled_from((-1, -1, -1, 1, 2, 3, 4, 5)),
    ),
    max_size=40,
)


def procedure(sign: str, after_repair: str) -> Procedure:
    """The section's head, the leaders together, then the seal's keeper carries it out."""
    return procedure_of(
        step("one", "section_chief", "review"),
        step("two", "office_leader", "countersign", sign=sign, after_repair=after_repair),
        step("work", "seal_keeper", "execute"),
    )


def click(walk: Walk, verb: str, actor: str, to: str, place: str, visit: int) -> bool:
    """Whether the act had an effect."""
    whom = to if verb != "send_back" or to == "one" else ""
    try:
        if verb == "resubmit":
            walk.resubmit({}, actor)
        else:
            walk.act(verb, actor, visit=visit, reason="理由", to=whom, place=place)
    except Refused:
        return False
    return True


def holds(case: Case) -> None:
    """What is true of every case at every moment."""
    waiting = [(visit.root, ask.person) for visit in case.visits if visit.status == "open" for ask in visit.asks]
    assert max(Counter(waiting).values(), default=0) <= 1, "one open card per person and step"
    assert all(visit.done_by != case.applicant for visit in case.visits if visit.kind in DECIDING)
    if case.ended or case.state == "returned":
        assert not waiting
    elif case.state == "pending":
        assert waiting, "a pending case waits for somebody"
    work = next((visit for visit in case.visits_of_round() if visit.step == "work" and visit.status != "ended"), None)
    if work is None:
        return
    assert {"one", "two"} <= case.done_steps(), "no signature is skipped"
    two = [v for v in case.visits_of_round() if v.step == "two" and not v.extra and v.status == "done"]
    agreed = [visit for visit in own_visits(case, two[-1]) if visit.status == "done" and visit.decision == "agree"]
    assert len(agreed) >= two[-1].needed


@given(CLICKS, st.sampled_from(sorted(SIGNS)), st.sampled_from(sorted(AFTER_REPAIR)))
@settings(max_examples=100)
def test_no_order_of_clicks_breaks_a_case(clicks: list[Click], sign: str, after_repair: str) -> None:
    walk = Walk(procedure(sign, after_repair), {})
    for verb, who, to, place, visit in clicks:
        before = walk.case
        likely = (*walk.waiting, *PEOPLE)
        changed = click(walk, verb, likely[who % len(likely)], to, place, visit)
        assert changed is (walk.case != before)
        assert not (before.ended and changed), "a closed case never changes"
        if before.held and changed:
            assert verb in ("lift", "ask", "answer", "withdraw")
        holds(walk.case)
