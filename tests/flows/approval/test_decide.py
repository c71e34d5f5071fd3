"""The decisions: which verb fits which step, and the answer to every tap that comes too late or too early."""

from contextlib import suppress

import pytest

from flows.errors import (
    AlreadyClosed,
    AlreadyDone,
    BrokenRule,
    Incomplete,
    NotYourTurn,
    OwnCase,
    ReasonNeeded,
    Refused,
    StaleButton,
)
from flows.procedure.model import Field, StepKind
from tests.flows.approval.parts import DAY, OFFICE, SEALING, Walk, procedure_of, step, with_posts, without_person


def at(kind: StepKind) -> Walk:
    """A step of that kind of the section's head, and the director after it."""
    return Walk(procedure_of(step("here", "section_chief", kind), step("after", "director")), {})


def went(walk: Walk) -> str:
    return walk.at_step or walk.case.state


@pytest.mark.parametrize(
    ("kind", "fitting"),
    [
        ("review", {"agree", "confirm", "reserve", "refuse", "send_back"}),
        ("countersign", {"agree", "confirm", "reserve", "refuse", "send_back"}),
        ("approve", {"agree", "confirm", "refuse", "send_back"}),
        ("sign", {"agree", "confirm", "refuse", "send_back"}),
        ("instruct", {"agree", "confirm", "refuse", "send_back"}),
        ("confirm", {"agree", "confirm", "refuse", "send_back"}),
        ("issue", {"agree", "execute", "refuse", "send_back"}),
        ("execute", {"execute", "send_back"}),
        ("register", {"execute", "send_back"}),
        ("notify", {"execute", "send_back"}),
        ("archive", {"execute", "send_back"}),
        ("give_back", {"execute", "send_back"}),
    ],
)
def test_which_verb_fits_which_step(kind: StepKind, fitting: set[str]) -> None:
    took: set[str] = set()
    for verb in ("agree", "confirm", "reserve", "refuse", "send_back", "execute", "report_return"):
        walk = at(kind)
        with suppress(Refused):
            walk.act(verb, "W01", reason="理由")
            took.add(verb)
    assert took == fitting


@pytest.mark.parametrize(
    ("verb", "then"),
    [("agree", "after"), ("reserve", "after"), ("refuse", "refused"), ("send_back", "returned")],
)
def test_where_a_decision_leads(verb: str, then: str) -> None:
    assert went(at("review").act(verb, "W01", reason="理由")) == then


@pytest.mark.parametrize("verb", ["refuse", "send_back", "reserve"])
@pytest.mark.parametrize("reason", ["", "   ", "\n"])
def test_a_no_needs_its_reason(verb: str, reason: str) -> None:
    walk = at("review")
    with pytest.raises(ReasonNeeded):
        walk.act(verb, "W01", reason=reason)
    assert went(walk) == "here"


def test_a_second_tap_is_told_when_the_first_was() -> None:
    walk = at("approve").agree("W01")
    for again in ({}, {"visit": 1}, {"step": "here"}):
        with pytest.raises(AlreadyDone) as twice:
            walk.act("agree", "W01", **again)
        assert (twice.value.by, twice.value.at, twice.value.mine) == ("W01", walk.facts.now, True)


def test_a_forwarded_card_decides_nothing() -> None:
    walk = at("approve")
    for stranger in ("W03", "D01", "X99"):
        with pytest.raises(NotYourTurn):
            walk.act("agree", stranger, visit=1)
    assert went(walk) == "here"


def test_nobody_decides_their_own_case() -> None:
    walk = at("approve")
    with pytest.raises(OwnCase):
        walk.act("agree", "W02")


def test_a_post_revoked_or_left_meanwhile() -> None:
    walk = at("approve").at("2026-11-23T11:00", office=with_posts(OFFICE, "W01", "staff"))
    with pytest.raises(NotYourTurn, match="不在这个岗位"):
        walk.act("agree", "W01")
    walk.at("2026-11-23T11:00", office=without_person(OFFICE, "W01"))
    with pytest.raises(NotYourTurn):
        walk.act("agree", "W01")


def test_who_took_the_post_over_may_act() -> None:
    office = with_posts(OFFICE, "W01", "staff")
    walk = at("approve").at("2026-11-23T11:00", office=with_posts(office, "W03", "section_chief"))
    assert went(walk.act("agree", "W03")) == "after"


def test_a_step_not_reached_yet_is_not_decided() -> None:
    walk = at("approve")
    with pytest.raises(NotYourTurn):
        walk.act("agree", "D01", step="after")
    assert went(walk) == "here"


def test_a_seal_is_not_pressed_before_it_is_signed_for() -> None:
    walk = Walk("seal_use", SEALING)
    with pytest.raises(BrokenRule):
        walk.act("execute", "S03", step="stamp")


def test_what_the_step_must_record_is_asked_for() -> None:
    recorded = Field("result", "结果", "choice", True, choices=("相符", "不符"), outcome=True, recorded_by="here")
    walk = Walk(procedure_of(step("here", "section_chief", "review"), fields=(recorded,)), {})
    with pytest.raises(Incomplete) as lacking:
        walk.act("agree", "W01")
    assert lacking.value.fields == ("result",)
    assert walk.act("agree", "W01", record={"result": "相符"}).case.values["result"] == "相符"


@pytest.mark.parametrize("state", ["withdrawn", "refused", "returned"])
def test_a_case_that_is_over_or_away_takes_no_decision(state: str) -> None:
    walk = Walk("leave_request", DAY)
    ways = {"withdrawn": ("withdraw", "W02"), "refused": ("refuse", "W01"), "returned": ("send_back", "W01")}
    walk.act(*ways[state], reason="理由")
    with pytest.raises(AlreadyClosed) as closed:
        walk.act("agree", "D02", visit=99)
    assert closed.value.state == state


def test_the_card_of_a_round_before_is_stale() -> None:
    walk = at("approve").act("send_back", "W01", reason="请补充").resubmit({})
    with pytest.raises((StaleButton, AlreadyDone)):
        walk.act("agree", "W01", visit=1)
    assert went(walk.act("agree", "W01")) == "after"


def test_an_unknown_verb_is_no_button_of_ours() -> None:
    with pytest.raises(StaleButton):
        at("approve").act("bless", "W01")
