"""Seals: which may be used, how many impressions, and the line of the register."""

import pytest

from flows.errors import BrokenRule
from flows.facts import SealStatus
from flows.procedure.model import Json
from tests.flows.families.desk import CHIEF_OF_OFFICE, DEPUTY, SEAL_KEEPER, STAFF, Desk, at, entries

R = "seal_use"
SEAL = "区委办公室印章"


def asked(seal: str = SEAL, importance: str = "其他事项", copies: Json = 2) -> dict[str, Json]:
    document: Json = {"id": "f1", "name": "文件.pdf"}
    return {
        "seal": seal,
        "document": document,
        "reason": "报名表",
        "importance": importance,
        "copies": copies,
        "handler": STAFF,
    }


@pytest.mark.parametrize(
    ("seal", "importance", "rule", "step"),
    [
        ("区委印章", "重要文件", "r01", "committee"),
        ("区委印章", "其他事项", "r01", "committee"),
        ("区政府印章", "重要文件", "r02", "government"),
        (SEAL, "重要文件", "r03", "director"),
        ("证明专用章", "重要文件", "r03", "director"),
        ("区政府办公室印章", "其他事项", "r04", "leader"),
        ("证明专用章", "其他事项", "r04", "leader"),
    ],
)
def test_the_seal_and_the_matter_choose_who_signs(seal: str, importance: str, rule: str, step: str) -> None:
    look = Desk().look(R, **asked(seal, importance))
    assert [stop.step.id for stop in look.stops] == ["submit", step, "check", "stamp"]
    assert entries(look.findings, "reason") == [f"{R}/{rule}", f"{R}/r08"]
    assert look.refused == ()


@pytest.mark.parametrize(("status", "said"), [("suspended", "已停用"), ("lent", "已借出给办文科")])
def test_a_seal_that_is_not_there_is_not_used(status: str, said: str) -> None:
    since = at("2026-11-20T09:00")
    desk = Desk(seals={SEAL: SealStatus(SEAL, status, since, "办文科")})  # type: ignore[arg-type]
    found = desk.look(R, **asked()).refused
    assert [finding.entry for finding in found] == [""]
    assert said in found[0].text
    assert "11月20日" in found[0].text
    assert desk.look(R, **asked("证明专用章")).refused == ()


@pytest.mark.parametrize(
    ("copies", "ok"), [(1, True), (9999, True), (0, False), (-1, False), (1.5, False), (2.0, True)]
)
def test_impressions_are_whole_and_at_least_one(copies: float, ok: bool) -> None:
    assert (Desk().look(R, **asked(copies=copies)).refused == ()) is ok


def test_nothing_is_stamped_without_a_leaders_word() -> None:
    desk = Desk()
    case = desk.file(R, **asked(importance="重要文件"))
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "execute", SEAL_KEEPER, step="stamp")
    assert refused.value.entries == (f"futian-office/{R}/rule/r05",)
    assert desk.rows == {}


def test_the_register_keeps_what_was_stamped_and_who_agreed() -> None:
    desk = Desk()
    case = desk.file(R, **asked())
    desk.act(case, "agree", DEPUTY)
    desk.act(case, "agree", SEAL_KEEPER, check_result="相符")
    assert desk.act(case, "execute", SEAL_KEEPER, "2026-11-24T09:00").state == "closed"
    assert desk.rows["seal_register", f"{case}:stamp"] == {
        "date": "2026-11-24",
        "seal": SEAL,
        "reason": "报名表",
        "approver": "李慧敏",
        "copies": 2,
        "handler": "刘洋",
        "scan": None,
    }


def test_a_different_number_of_impressions_is_registered_as_stamped() -> None:
    desk = Desk()
    case = desk.file(R, **asked(importance="重要文件"))
    desk.act(case, "agree", CHIEF_OF_OFFICE)
    desk.act(case, "agree", SEAL_KEEPER, check_result="相符")
    desk.act(case, "execute", SEAL_KEEPER, impressions=3)
    written = desk.rows["seal_register", f"{case}:stamp"]
    assert (written["copies"], written["approver"]) == (3, "周建国")
