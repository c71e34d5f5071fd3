"""The school office: official use only, two signatures, a register with the taker, and a seal reported."""

import pytest

from flows.errors import BrokenRule
from flows.facts import SealStatus
from flows.procedure.model import Json
from tests.flows.families.desk import Desk, at, entries
from tests.flows.families.seal_offices import school

R = "seal_request"
STAFF, CHIEF, LEADER, DIRECTOR, KEEPER = "S011", "S010", "S000", "S001", "S002"
SEAL = "学校印章"


def asked(**more: Json) -> dict[str, Json]:
    document: Json = {"id": "f1", "name": "实习函.docx"}
    planned = "2026-11-24 09:00"
    return {"reason": "实习函", "planned_at": planned, "document": document, "purpose": "正式文件签署", **more}


def approved(desk: Desk) -> str:
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", CHIEF)
    desk.act(case, "agree", LEADER)
    return case


@pytest.mark.parametrize(
    ("purpose", "rule"),
    [
        ("正式文件签署", ""),
        ("私人用途", "seal_official_only"),
        ("非正式场合", "seal_official_only"),
        ("空白纸预盖", "seal_official_only"),
        ("借出印章", "seal_no_lend"),
    ],
)
def test_the_seal_is_for_official_papers_and_is_not_lent(purpose: str, rule: str) -> None:
    refused = entries(school().look(R, STAFF, **asked(purpose=purpose)).refused)
    assert refused == ([f"{R}/{rule}"] if rule else [])


@pytest.mark.parametrize("line", ["reason", "planned_at", "document"])
def test_the_form_says_why_when_and_what(line: str) -> None:
    look = school().look(R, STAFF, **asked(**{line: None}))
    assert (look.missing, entries(look.refused)) == ((line,), [f"{R}/seal_fields"])


@pytest.mark.parametrize(("settled", "who"), [("school_leader", LEADER), ("office_director", DIRECTOR)])
def test_the_office_says_which_leader_is_meant(settled: str, who: str) -> None:
    look = school(leader_meaning=settled).look(R, STAFF, **asked())
    stop = next(stop for stop in look.stops if stop.step.id == "leader_approve")
    assert [ask.person for ask in stop.assignment.asks] == [who]


@pytest.mark.parametrize("decision", ["refuse", "send_back"])
def test_the_leaders_no_gives_the_form_back(decision: str) -> None:
    desk = school()
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", CHIEF)
    assert desk.act(case, decision, LEADER).state == "returned"


def test_a_form_found_wanting_is_given_back_with_the_reason() -> None:
    desk = school()
    case = approved(desk)
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "agree", KEEPER, said="", complete="否")
    assert refused.value.entries == (f"school-office/{R}/rule/seal_return",)
    after = desk.act(case, "agree", KEEPER, said="缺部门公函", complete="否")
    assert after.state == "returned"
    assert f"school-office/{R}/rule/seal_return" in after.clauses
    assert desk.act(approved(desk), "agree", KEEPER, said="", complete="是").state == "approved"


def test_the_register_keeps_when_and_who_took_it_and_the_receipt_decides_nothing() -> None:
    desk = school()
    case = approved(desk)
    desk.act(case, "agree", KEEPER)
    desk.act(case, "execute", KEEPER, "2026-11-24T09:05")
    row = desk.rows["seal_register", f"{case}:stamp"]
    assert (row["used_at"], row["taker"], row["approver"]) == ("2026-11-24 09:05", "史瑞", "郭伟")
    assert desk.cases[case].state == "approved"
    assert desk.act(case, "agree", STAFF, "2026-11-24T09:06").state == "approved"
    assert desk.act(case, "execute", KEEPER, "2026-11-24T09:10").state == "closed"


def test_another_taker_and_time_are_registered_as_they_were() -> None:
    desk = school()
    case = approved(desk)
    desk.act(case, "agree", KEEPER)
    desk.act(case, "execute", KEEPER, "2026-11-24T15:00", taker=CHIEF, used_at="2026-11-24 09:30")
    row = desk.rows["seal_register", f"{case}:stamp"]
    assert (row["used_at"], row["taker"]) == ("2026-11-24 09:30", "戴明")


def test_a_report_reaches_the_leader_and_takes_the_seal_out_of_use() -> None:
    desk = school()
    desk.now = at("2026-11-24T09:30")
    case = desk.file("seal_incident", KEEPER, incident_type="遗失", found_at="2026-11-24 09:20")
    assert (LEADER, "report") in desk.notices
    assert "school-office/seal_incident/rule/tell_leader" in desk.cases[case].clauses
    assert ("seal_status", f"seal:{SEAL}") not in desk.rows
    desk.act(case, "execute", DIRECTOR, "2026-11-24T09:40", measures="停用，报案后重刻")
    row = desk.rows["seal_status", f"seal:{SEAL}"]
    assert (row["seal"], row["status"], row["since"]) == (SEAL, "suspended", "2026-11-24 09:40")
    assert desk.act(case, "agree", LEADER, findings="系保管不当").state == "approved"


@pytest.mark.parametrize(("kind", "named"), [("违规使用", True), ("损坏", False), ("其他", False)])
def test_misuse_is_named_as_such(kind: str, named: bool) -> None:
    look = school().look("seal_incident", KEEPER, incident_type=kind, found_at="2026-11-23 09:20")
    assert ("seal_incident/misuse_report" in entries(look.findings, "reason")) is named
    assert look.refused == ()


@pytest.mark.parametrize(("found_at", "ok"), [("2026-11-23 10:00", True), ("2026-11-23 10:01", False)])
def test_nothing_is_found_in_the_future(found_at: str, ok: bool) -> None:
    look = school().look("seal_incident", KEEPER, incident_type="遗失", found_at=found_at)
    assert (look.refused == ()) is ok


def test_a_seal_out_of_use_is_neither_asked_for_nor_pressed() -> None:
    desk = school()
    case = approved(desk)
    desk.act(case, "agree", KEEPER)
    desk.seals[SEAL] = SealStatus(SEAL, "suspended", at("2026-11-23T11:00"))
    clause = "school-office/seal_incident/step/contain"
    assert [finding.entry for finding in desk.look(R, STAFF, **asked()).refused] == [clause]
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "execute", KEEPER)
    assert refused.value.entries == (clause,)
    desk.seals.clear()
    assert desk.act(case, "execute", KEEPER).done_steps() >= {"stamp"}


def test_a_second_report_about_a_seal_out_of_use_is_taken() -> None:
    desk = school()
    desk.seals[SEAL] = SealStatus(SEAL, "suspended", at("2026-11-23T09:00"))
    look = desk.look("seal_incident", KEEPER, incident_type="其他", found_at="2026-11-23 09:20")
    assert look.refused == ()
