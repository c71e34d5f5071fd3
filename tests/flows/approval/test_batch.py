"""批量同意: one kind, nothing flagged, never a seal, only what is decided without anything to fill in."""

from dataclasses import replace

from flows.approval.batch import batchable, flags, kind_of_batch
from flows.procedure.model import Field
from tests.flows.approval.parts import DAY, MORNING, SEALING, Walk, procedure_of, step


def may(walk: Walk, viewer: str) -> bool:
    return batchable(walk.case, walk.pack, walk.procedure, viewer, walk.facts)


def test_only_who_is_asked_may() -> None:
    walk = Walk("leave_request", DAY)
    assert may(walk, "W01")
    assert not [viewer for viewer in ("W02", "D02", "S01") if may(walk, viewer)]


def test_never_a_seal() -> None:
    assert not may(Walk("seal_use", SEALING), "D02")


def test_nothing_that_is_carried_out_or_has_something_to_fill_in() -> None:
    assert not may(Walk("leave_request", MORNING).agree("W01"), "S04")
    finding = Field("finding", "结果", "choice", required=True, choices=("是", "否"), outcome=True, recorded_by="ok")
    assert not may(Walk(procedure_of(step("ok", "section_chief"), fields=(finding,)), {}), "W01")


def test_nothing_that_waits_for_a_consent_or_is_held_or_returned() -> None:
    walk = Walk("leave_request", MORNING).agree("W01").act("cancel", "W02", reason="改期")
    assert not may(walk, "W01")
    assert not may(Walk("leave_request", DAY).act("hold", "W01", reason="核对"), "W01")
    assert not may(Walk("leave_request", DAY).act("send_back", "W01", reason="再写"), "W01")


def test_nothing_flagged() -> None:
    late = {**DAY, "leave_type": "急病", "start_at": "2026-11-19", "end_at": "2026-11-19"}
    walk = Walk("leave_request", late)
    assert [finding.weight for finding in flags(walk.case, walk.pack, walk.procedure, walk.facts)] == ["warn"]
    assert not may(walk, "W01")
    fine = Walk("leave_request", DAY)
    assert flags(fine.case, fine.pack, fine.procedure, replace(fine.facts)) == ()


def test_a_flag_is_of_the_day_it_was_filed_on() -> None:
    walk = Walk("leave_request", DAY).at("2026-11-27T09:00")
    assert may(walk, "W01")


def test_a_kind_is_the_procedure_and_what_is_asked_for() -> None:
    walk = Walk("leave_request", DAY)
    assert kind_of_batch(walk.case, walk.procedure) == ("leave_request", "事假")
