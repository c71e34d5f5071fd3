"""口头同意 written down afterwards: who and when, and nothing counts before the leader's own tap."""

from datetime import datetime

import pytest

from flows.approval.card import card_of
from flows.errors import AlreadyClosed, NotYourTurn, ReasonNeeded, Refused, TooLate
from flows.procedure.model import Json
from tests.flows.approval.parts import DAY, NOW, ZONE, Walk

SAID = datetime(2026, 11, 23, 7, 40, tzinfo=ZONE)
BY: dict[str, Json] = {"by": "D02", "at": SAID.isoformat()}


def waiting() -> Walk:
    return Walk("leave_request", DAY).agree("W01")


def test_it_is_noted_told_to_the_leader_and_decides_nothing() -> None:
    walk = waiting()
    visits = walk.case.visits
    walk.act("oral", "W02", record=BY)
    assert (walk.case.visits, walk.case.state, walk.asked) == (visits, "pending", ("D02",))
    assert walk.told("D02")[0].startswith("于凡补记：您于11月23日(周一)07:40口头同意")
    assert "等您点“同意”确认" in card_of(walk.pack, walk.procedure, walk.case, "D02", walk.facts).note
    assert "口头" not in card_of(walk.pack, walk.procedure, walk.case, "W02", walk.facts).note


@pytest.mark.parametrize("verb", ["agree", "confirm"])
def test_the_leaders_own_tap_confirms_it(verb: str) -> None:
    walk = waiting().act("oral", "W02", record=BY).act(verb, "D02")
    done = next(entry for entry in walk.outcome.entries if entry.act == "done")
    assert done.data["oral"] == SAID.isoformat()
    assert walk.case.state == "approved"


def test_the_leader_may_still_say_no() -> None:
    walk = waiting().act("oral", "W02", record=BY).act("refuse", "D02", reason="没有说过")
    assert walk.case.state == "refused"
    assert "oral" not in next(entry for entry in walk.outcome.entries if entry.act == "done").data


def test_nobody_else_confirms_it() -> None:
    for other in ("W02", "W01", "D03"):
        with pytest.raises(Refused):
            waiting().act("oral", "W02", record=BY).act("confirm", other)


def test_what_cannot_be_noted() -> None:
    with pytest.raises(NotYourTurn):
        waiting().act("oral", "I02", record=BY)
    with pytest.raises(ReasonNeeded):
        waiting().act("oral", "W02")
    with pytest.raises(TooLate, match="不等高远"):
        waiting().act("oral", "W02", record={**BY, "by": "D01"})
    with pytest.raises(TooLate, match="晚于现在"):
        waiting().act("oral", "W02", record={**BY, "at": NOW.replace(hour=12).isoformat()})
    with pytest.raises(AlreadyClosed):
        waiting().act("refuse", "D02", reason="不行").act("oral", "W02", record=BY)


def test_the_clerk_may_note_it_too() -> None:
    assert waiting().act("oral", "A00", record=BY).case.orals[0].noted_by == "A00"
