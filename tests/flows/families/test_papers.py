"""Papers and petitions: what is kept of a classified one, and the reminder before a deadline runs out."""

from dataclasses import replace

import pytest

from flows.deadlines.ahead import reminder_before, still_to_come
from flows.errors import BrokenRule
from flows.people import Office
from storage.packs import load_packs
from tests.flows.families.desk import Desk, at, calendar, person

HITSZ = load_packs()["hitsz-office"]
KEEPER, OFFICE, LEADER = "H1", "H2", "H3"
CLASSIFIED = {"direction": "收文", "serial": "017", "secrecy": "秘密", "due": "2026-11-27"}
DRAFT = {"title": "通知", "body": "稿.docx", "field": "教学", "needs_top_leader": "否", "necessity": "开学"}


def desk() -> Desk:
    people = (
        person(KEEPER, "景密", "学校办公室", "confidential_clerk drafting_dept"),
        person(OFFICE, "祁雅", "学校办公室", "school_office"),
        person(LEADER, "陆文远", "校领导", "vice_leader_of_field"),
    )
    office = Office("某校区", {one.staff_no: one for one in people}, {"*": HITSZ.id}, {LEADER: ("教学",)})
    return Desk(pack=HITSZ, office=office)


def test_no_paper_is_kept_with_the_number_of_a_classified_one() -> None:
    here = desk()
    case = here.file("classified_doc", KEEPER, **CLASSIFIED)
    with pytest.raises(BrokenRule) as refusal:
        here.act(case, "supplement", KEEPER, file={"id": "f", "name": "表.pdf"})
    assert [finding.entry for finding in refusal.value.findings] == [
        "hitsz-office/classified_doc/rule/classified_no_upload"
    ]
    here.act(case, "supplement", KEEPER, said="编号更正")


def test_a_paper_comes_along_with_what_is_not_classified() -> None:
    here = desk()
    case = here.file("document_out_review", KEEPER, **DRAFT)
    here.act(case, "supplement", KEEPER, file={"id": "f", "name": "表.pdf"})
    assert [item.file for item in here.cases[case].added] == ["f"]


def test_a_deadline_that_runs_already_is_known_before_its_step_is_reached() -> None:
    here = desk()
    case = here.cases[here.file("document_out_review", KEEPER, **DRAFT)]
    procedure = here.procedure("document_out_review")
    assert still_to_come(procedure, case, here.facts()) == ()
    petition = here.procedure("classified_doc")
    opened = here.cases[here.file("classified_doc", KEEPER, **CLASSIFIED)]
    assert [(step.id, due.date().isoformat()) for step, due in still_to_come(petition, opened, here.facts())] == [
        ("handle", "2026-11-27")
    ]
    assert still_to_come(petition, replace(opened, state="closed"), here.facts()) == ()


@pytest.mark.parametrize(
    ("due", "now", "reminded"),
    [
        ("2026-11-27T17:30", "2026-11-23T10:00", "2026-11-26T08:30"),
        ("2026-11-30T17:30", "2026-11-23T10:00", "2026-11-27T08:30"),
        ("2026-11-28T17:30", "2026-11-23T10:00", "2026-11-27T08:30"),
        ("2026-10-08T17:30", "2026-09-24T10:00", "2026-09-30T08:30"),
        ("2026-11-24T17:30", "2026-11-23T10:00", ""),
        ("2026-11-24T17:30", "2026-11-23T08:29", "2026-11-23T08:30"),
    ],
)
def test_the_reminder_comes_when_the_office_opens_on_the_working_day_before(due: str, now: str, reminded: str) -> None:
    assert reminder_before(at(due), at(now), calendar()) == (at(reminded) if reminded else None)
