"""The tax bureau: section head and leader, the director for a leader away, who keeps which seal, by when."""

import pytest

from flows.errors import BrokenRule
from flows.procedure.model import Json
from tests.flows.families.desk import Desk, at, entries
from tests.flows.families.seal_offices import bureau, without

R = "seal_request"
STAFF, CHIEF, LEADER, DIRECTOR, OFFICE_LEADER, KEEPER, PERSONNEL = (
    "T031",
    "T030",
    "T002",
    "T010",
    "T003",
    "T013",
    "T020",
)


def asked(**more: Json) -> dict[str, Json]:
    document: Json = {"id": "f1", "name": "证明.docx"}
    said: dict[str, Json] = {"seal": "局行政印章", "use": "其他", "reason": "证明", "document": document}
    return {**said, "is_dispatch": "否", "place": "局内", **more}


def path(desk: Desk, by: str = STAFF, **more: Json) -> list[str]:
    return [stop.step.id for stop in desk.look(R, by, **asked(**more)).stops]


@pytest.mark.parametrize(
    ("by", "more", "steps"),
    [
        (STAFF, {}, ["fill", "head_sign", "leader_sign", "check_stamp", "keep_stub"]),
        (DIRECTOR, {}, ["fill", "leader_sign_office", "check_stamp", "keep_stub"]),
        (STAFF, {"is_dispatch": "是", "use": "局发公文"}, ["fill", "check_stamp", "keep_stub"]),
        (DIRECTOR, {"is_dispatch": "是", "use": "联合发文"}, ["fill", "check_stamp", "keep_stub"]),
    ],
)
def test_the_route(by: str, more: dict[str, Json], steps: list[str]) -> None:
    assert path(bureau(), by, **more) == steps


@pytest.mark.parametrize(
    ("use", "dispatch", "ok"),
    [
        ("局发公文", "是", True),
        ("联合发文", "是", True),
        ("介绍信", "是", False),
        ("批件证书类", "是", False),
        ("其他", "是", False),
        ("局发公文", "否", True),
        ("介绍信", "否", True),
    ],
)
def test_only_documents_go_without_a_form(use: str, dispatch: str, ok: bool) -> None:
    refused = entries(bureau().look(R, STAFF, **asked(use=use, is_dispatch=dispatch)).refused)
    assert refused == ([] if ok else [f"{R}/dispatch_kind"])


def test_a_use_outside_the_five_is_refused() -> None:
    assert entries(bureau().look(R, STAFF, **asked(use="私人担保")).refused) == [f"{R}/seal_scope"]


def test_the_seal_does_not_leave_the_house() -> None:
    assert entries(bureau().look(R, STAFF, **asked(place="带出局外")).refused) == [f"{R}/seal_no_out"]


@pytest.mark.parametrize(
    ("seal", "who", "post"),
    [
        ("局行政印章", KEEPER, "用印人员"),
        ("局党组印章", PERSONNEL, "人事处"),
        ("本单位印章", STAFF, "相关处室（科室）"),
    ],
)
def test_each_seal_has_its_keeper(seal: str, who: str, post: str) -> None:
    look = bureau().look(R, STAFF, **asked(seal=seal))
    kept = [stop for stop in look.stops if stop.step.id in ("check_stamp", "keep_stub")]
    assert [[ask.person for ask in stop.assignment.asks] for stop in kept] == [[who], [who]]
    assert [stop.post_name for stop in kept] == [post, post]
    assert f"{R}/seal_custody" in entries(look.findings, "reason")


def test_a_seal_of_another_keeper_is_not_pressed() -> None:
    desk = bureau()
    case = desk.file(R, STAFF, **asked(seal="局党组印章", is_dispatch="是", use="局发公文"))
    with pytest.raises(Exception, match="不在您这里"):
        desk.act(case, "execute", KEEPER)
    assert desk.act(case, "execute", PERSONNEL).done_steps() >= {"check_stamp"}


@pytest.mark.parametrize(
    ("away", "use", "said", "then"),
    [
        (False, "其他", "", "leader_sign"),
        (True, "其他", "", "acting_sign"),
        (True, "批件证书类", "", "acting_sign"),
        (True, "介绍信", "", "leader_sign"),
        (False, "其他", "否", "acting_sign"),
        (True, "其他", "是", "leader_sign"),
    ],
)
def test_the_director_signs_for_a_leader_away_but_no_letter_of_introduction(
    away: bool, use: str, said: str, then: str
) -> None:
    desk = without(bureau(), *([LEADER] if away else []))
    case = desk.file(R, STAFF, **asked(use=use))
    after = desk.act(case, "agree", CHIEF, leader_available=said)
    assert after.open_visit is not None
    assert after.open_visit.step == then
    assert (f"tax-office/{R}/rule/acting_sign_rule" in after.clauses) is (then == "acting_sign")


def test_signing_for_the_leader_is_reasoned_registered_and_told() -> None:
    desk = without(bureau(), LEADER)
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", CHIEF)
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "agree", DIRECTOR, said="")
    assert refused.value.entries == (f"tax-office/{R}/rule/acting_sign_rule",)
    after = desk.act(case, "agree", DIRECTOR, said="", acting_reason="余飞外出")
    visit = next(visit for visit in after.visits if visit.step == "acting_sign")
    assert (visit.done_by, visit.done_for) == (DIRECTOR, LEADER)
    row = desk.rows["acting_sign", f"{case}:acting_sign"]
    assert (row["signer"], row["for"], row["reason"], row["reference"]) == ("范明", "余飞", "余飞外出", f"N-{case}")
    assert (LEADER, "acting_sign") in desk.notices


def test_the_words_said_with_it_are_the_reason() -> None:
    desk = without(bureau(), LEADER)
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", CHIEF)
    assert desk.act(case, "agree", DIRECTOR, said="出差").values["acting_reason"] == "出差"


def test_the_directors_own_request_waits_for_the_leader_of_the_office() -> None:
    desk = without(bureau(), LEADER, OFFICE_LEADER)
    case = desk.file(R, DIRECTOR, **asked(applicant_is_director="否"))
    visit = desk.cases[case].open_visit
    assert visit is not None
    assert (visit.step, [ask.person for ask in visit.asks]) == ("leader_sign_office", [OFFICE_LEADER])
    assert desk.cases[case].values["applicant_is_director"] == "是"


def test_nothing_but_a_document_is_stamped_without_a_leaders_word() -> None:
    desk = bureau()
    case = desk.file(R, STAFF, **asked())
    desk.act(case, "agree", CHIEF)
    with pytest.raises(BrokenRule) as refused:
        desk.act(case, "execute", KEEPER, step="check_stamp")
    assert refused.value.entries == (f"tax-office/{R}/rule/seal_scope",)


@pytest.mark.parametrize(
    ("more", "due"),
    [({}, "2026-11-27T10:00"), ({"is_dispatch": "是", "use": "局发公文"}, "2026-12-01T17:30")],
)
def test_stamped_on_the_spot_a_document_within_two_working_days(more: dict[str, Json], due: str) -> None:
    desk = bureau()
    desk.now = at("2026-11-27T10:00")
    case = desk.file(R, STAFF, **asked(**more))
    for by in (CHIEF, LEADER) if not more else ():
        desk.act(case, "agree", by)
    visit = desk.cases[case].open_visit
    assert visit is not None
    assert (visit.step, visit.due_at) == ("check_stamp", at(due))


def test_papers_not_in_order_are_given_back_and_a_stub_is_kept_of_the_others() -> None:
    desk = bureau()
    wanting = desk.file(R, STAFF, **asked(is_dispatch="是", use="局发公文", doc_no="局发3号"))
    assert desk.act(wanting, "execute", KEEPER, complete="否").state == "returned"
    assert desk.rows == {}
    assert (STAFF, "check_stamp") not in desk.notices
    case = desk.file(R, STAFF, **asked(is_dispatch="是", use="局发公文", doc_no="局发3号"))
    desk.act(case, "execute", KEEPER)
    row = desk.rows["seal_register", f"{case}:check_stamp"]
    assert (row["doc_no"], row["stamped_by"], row["handler"], row["approver"]) == ("局发3号", "柳青", "喻佳", "")
    assert desk.act(case, "execute", KEEPER).state == "closed"
