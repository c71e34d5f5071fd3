"""The campus office: who signs for which seal, urgent papers verified first and signed afterwards, when it is due."""

import pytest

from flows.approval.case import Case
from flows.errors import BrokenRule, NotYourTurn, TooLate
from flows.procedure.model import Json
from tests.flows.families.desk import Desk, at, entries
from tests.flows.families.seal_offices import campus, without

R = "seal_request"
STAFF, SIGNER, OTHER_SIGNER, LEADER = "H023", "H020", "H021", "H003"
OFFICE, KEEPER, HEAD = "H011", "H012", "H010"
FILE: Json = {"id": "f1", "name": "申报书.pdf"}


def asked(**more: Json) -> dict[str, Json]:
    return {"seal": "校印", "reason": "项目申报", "document": FILE, "copies": 1, "urgent": "普通", **more}


def open_step(case: Case) -> str:
    assert case.open_visit is not None
    return case.open_visit.step


def signers(desk: Desk, **more: Json) -> list[str]:
    stop = next(stop for stop in desk.look(R, STAFF, **asked(**more)).stops if stop.step.id == "sign")
    return [ask.person for ask in stop.assignment.asks]


@pytest.mark.parametrize(
    ("seal", "settled", "who"),
    [
        ("校印", {}, [SIGNER]),
        ("校印", {"校印": OTHER_SIGNER}, [OTHER_SIGNER]),
        ("法人印", {"校印": OTHER_SIGNER}, [SIGNER]),
        ("法人印", {"法人印": LEADER}, [LEADER]),
        ("法人印", {"法人印": "vice_leader_of_field"}, ["H002", LEADER]),
        ("校印", {"校印": "H999"}, [SIGNER]),
    ],
)
def test_the_office_says_who_signs_for_a_seal(seal: str, settled: Json, who: list[str]) -> None:
    assert signers(campus(seal_signer=settled), seal=seal) == who


def test_a_signers_own_request_goes_higher() -> None:
    look = campus(seal_signer={"校印": SIGNER}).look(R, SIGNER, **asked())
    stop = next(stop for stop in look.stops if stop.step.id == "sign")
    assert [ask.person for ask in stop.assignment.asks] == ["H002", LEADER]
    assert stop.assignment.why == ("raised",)


@pytest.mark.parametrize("line", ["reason", "document"])
def test_one_form_for_all(line: str) -> None:
    look = campus().look(R, STAFF, **asked(**{line: None}))
    assert look.missing == (line,)
    assert entries(look.refused) == [f"{R}/seal_one_form"]
    assert look.refused[0].asks_for == (line,)


def test_an_ordinary_paper_is_stamped_at_once() -> None:
    desk = campus()
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", SIGNER, "2026-11-23T10:40")
    after = desk.act(case, "agree", OFFICE, "2026-11-23T11:00", complete="是")
    assert after.open_visit is not None
    assert after.open_visit.due_at == at("2026-11-23T10:40")
    assert f"hitsz-office/{R}/rule/seal_normal" in after.clauses
    assert desk.act(case, "execute", KEEPER, "2026-11-23T11:10").state == "closed"
    row = desk.rows["seal_register", f"{case}:stamp"]
    assert (row["approver"], row["handler"], row["status"]) == ("屠刚", "计然", "complete")


@pytest.mark.parametrize(
    ("copies", "threshold", "said", "due"),
    [
        (99, 100, "", "2026-11-27T10:40"),
        (100, 100, "", "2026-11-29T17:30"),
        (100, 0, "", "2026-11-27T10:40"),
        (5, 0, "是", "2026-11-29T17:30"),
        (100, 100, "否", "2026-11-27T10:40"),
    ],
)
def test_many_copies_have_two_days(copies: int, threshold: int, said: str, due: str) -> None:
    desk = campus(many_threshold=threshold)
    case = desk.file(R, STAFF, **asked(copies=copies))
    desk.act(case, "agree", SIGNER, "2026-11-27T10:40")
    after = desk.act(case, "agree", OFFICE, "2026-11-27T11:00", complete="是", bulk=said)
    assert after.open_visit is not None
    assert after.open_visit.due_at == at(due)
    assert (f"hitsz-office/{R}/rule/seal_bulk" in after.clauses) is due.endswith("17:30")


def test_the_two_days_may_be_working_days() -> None:
    desk = campus(bulk_copies="workday")
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", SIGNER, "2026-11-27T10:40")
    after = desk.act(case, "agree", OFFICE, "2026-11-27T11:00", bulk="是")
    assert after.open_visit is not None
    assert after.open_visit.due_at == at("2026-12-01T17:30")


def test_an_ordinary_paper_found_wanting_is_given_back() -> None:
    desk = campus()
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", SIGNER)
    assert desk.act(case, "agree", OFFICE, complete="否").state == "returned"


def test_a_signers_no_gives_the_paper_back() -> None:
    desk = campus()
    case = desk.file(R, STAFF, **asked())
    assert desk.act(case, "refuse", SIGNER).state == "returned"


def test_nothing_is_stamped_unsigned_and_unverified() -> None:
    desk = campus()
    case = desk.file(R, STAFF, **asked())
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "execute", KEEPER, step="stamp")
    assert refused.value.entries == (f"hitsz-office/{R}/rule/seal_one_form",)


@pytest.mark.parametrize(
    ("urgent", "away", "first"), [("普通", True, "sign"), ("急办", False, "sign"), ("急办", True, "check")]
)
def test_only_an_urgent_paper_goes_on_without_the_signer(urgent: str, away: bool, first: str) -> None:
    desk = without(campus(seal_signer={"校印": SIGNER}), *([SIGNER] if away else []))
    case = desk.file(R, STAFF, **asked(urgent=urgent))
    assert open_step(desk.cases[case]) == first
    assert desk.cases[case].values.get("signer_available") == (None if urgent == "普通" else "否" if away else "是")


def urgent_and_unsigned() -> tuple[Desk, str]:
    desk = without(campus(seal_signer={"校印": SIGNER}), SIGNER)
    case = desk.file(R, STAFF, **asked(urgent="急办"))
    desk.act(case, "agree", OFFICE, "2026-11-23T10:10")
    return desk, case


def test_verifying_names_who_verified_what_lacks_and_until_when() -> None:
    desk, case = urgent_and_unsigned()
    assert open_step(desk.cases[case]) == "verify"
    assert f"hitsz-office/{R}/rule/seal_urgent" in desk.cases[case].clauses
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "execute", OFFICE)
    assert refused.value.entries == (f"hitsz-office/{R}/rule/seal_urgent",)
    assert refused.value.findings[0].asks_for == ("makeup_due",)
    after = desk.act(case, "execute", OFFICE, makeup_due="2026-11-24 17:00")
    assert (after.values["verifier"], after.values["missing"]) == (OFFICE, "分管校领导或获授权的业务部门负责人审签")
    assert open_step(after) == "stamp"


def test_an_urgent_paper_found_wanting_is_verified_too() -> None:
    desk = campus()
    case = desk.file(R, STAFF, **asked(urgent="急办"))
    desk.act(case, "agree", SIGNER)
    assert open_step(desk.act(case, "agree", OFFICE, complete="否")) == "verify"
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "execute", OFFICE, makeup_due="2026-11-24 17:00")
    assert refused.value.findings[0].asks_for == ("missing",)
    assert open_step(desk.act(case, "execute", OFFICE, makeup_due="2026-11-24 17:00", missing="合同附件")) == "stamp"


def stamped_and_unsigned() -> tuple[Desk, str]:
    desk, case = urgent_and_unsigned()
    desk.act(case, "execute", OFFICE, "2026-11-23T10:20", makeup_due="2026-11-24 17:00")
    desk.act(case, "execute", KEEPER, "2026-11-23T10:30")
    desk.away = frozenset()
    return desk, case


def test_the_paper_stays_open_until_it_is_signed_afterwards() -> None:
    desk, case = stamped_and_unsigned()
    waiting = desk.cases[case]
    assert (waiting.state, open_step(waiting)) == ("pending", "late_sign")
    assert waiting.open_visit is not None
    assert waiting.open_visit.due_at == at("2026-11-24T17:00")
    row = desk.rows["seal_register", f"{case}:stamp"]
    assert (row["status"], row["approver"], row["verifier"]) == ("to_complete", "", "巩慧")
    assert desk.act(case, "agree", SIGNER, "2026-11-24T09:00").state == "closed"
    row = desk.rows["seal_register", f"{case}:stamp"]
    assert (row["status"], row["approver"], row["opinion"], row["date"]) == ("complete", "屠刚", "同意", "2026-11-23")


def test_a_no_afterwards_is_registered_and_told_to_the_head_of_the_office() -> None:
    desk, case = stamped_and_unsigned()
    assert desk.act(case, "refuse", SIGNER, "2026-11-24T09:00", said="不该盖").state == "closed"
    row = desk.rows["seal_register", f"{case}:stamp"]
    assert (row["status"], row["approver"], row["opinion"]) == ("complete", "", "不同意：不该盖")
    assert (HEAD, "late_sign") in desk.notices


def test_what_is_stamped_is_not_taken_back() -> None:
    desk, case = stamped_and_unsigned()
    with pytest.raises(TooLate):
        desk.act(case, "withdraw", STAFF)


def test_nobody_else_signs_afterwards() -> None:
    desk, case = stamped_and_unsigned()
    with pytest.raises(NotYourTurn):
        desk.act(case, "agree", OTHER_SIGNER)
