"""Who was asked has left or lost the post: whoever would be asked today is asked in their place."""

from flows.approval.succession import succeed
from flows.people import Office
from tests.flows.approval.parts import DAY, OFFICE, SEALING, Walk, procedure_of, step, with_posts, without_person

NEW_HEAD = with_posts(without_person(OFFICE, "W01"), "W03", "staff", "section_chief")


def changed(walk: Walk, office: Office) -> Walk:
    """The walk in the office as it is now, those who cannot act any more succeeded."""
    walk.at("2026-11-24 09:00", office=office)
    outcome = succeed(walk.case, walk.procedure, walk.facts)
    return walk._take(outcome) if outcome is not None else walk


def test_the_new_holder_is_asked_and_the_applicant_hears_of_it() -> None:
    made = changed(Walk("leave_request", DAY), NEW_HEAD)
    assert made.waiting == ["W03"]
    assert [(notice.to, notice.kind) for notice in made.notices if notice.kind == "ask"] == [("W03", "ask")]
    (told,) = made.told("W02")
    assert told.startswith("“")
    assert "现由卫国" in told
    assert made.agree("W03").waiting == ["D02"]


def test_who_lost_the_post_and_is_still_here_is_succeeded_too() -> None:
    office = with_posts(with_posts(OFFICE, "W01", "staff"), "W03", "staff", "section_chief")
    assert changed(Walk("leave_request", DAY), office).waiting == ["W03"]


def test_where_all_can_act_nothing_is_kept() -> None:
    made = Walk("leave_request", DAY)
    assert succeed(made.case, made.procedure, made.facts) is None
    assert succeed(made.case, made.procedure, made.at("2026-11-24 09:00", away=("W01",)).facts) is None


def test_where_nobody_holds_the_post_the_administrator_is_asked() -> None:
    headless = without_person(without_person(without_person(OFFICE, "W01"), "I01"), "S01")
    made = changed(Walk("leave_request", DAY), headless)
    assert made.waiting == ["A00"]
    assert made.agree("A00").waiting == ["D02"]


def test_one_of_several_who_leaves_is_only_left_out() -> None:
    made_up = procedure_of(step("allow", "section_chief", "approve"))
    made = Walk(made_up, {}, "S02", Walk("leave_request", DAY).facts)
    both = with_posts(OFFICE, "S04", "staff", "section_chief")
    made = Walk(made_up, {}, "S02", made.at("2026-11-23 10:00", office=both).facts)
    assert made.waiting == ["S01", "S04"]
    made = changed(made, without_person(both, "S01"))
    assert made.waiting == ["S04"]
    assert [notice for notice in made.notices if notice.kind == "ask"] == []
    assert made.told("S02") == []


def test_the_return_of_somebody_who_left_is_the_administrators() -> None:
    made = Walk("leave_request", DAY).agree("W01", "D02", "S04")
    own = next(visit for visit in made.case.visits if visit.status == "open" and visit.asked("W02"))
    made = changed(made, without_person(OFFICE, "W02"))
    assert [ask.person for ask in made.case.visits[own.index].asks] == ["A00"]


def test_nobody_becomes_the_judge_of_their_own_case() -> None:
    office = with_posts(OFFICE, "A00", "staff")
    made = Walk("leave_request", DAY, "A00", Walk("leave_request", DAY).at("2026-11-23 10:00", office=office).facts)
    asked = made.waiting
    left = office
    for person in asked:
        left = without_person(left, person)
    assert "A00" not in changed(made, left).waiting


def test_an_added_signer_who_left_is_succeeded_by_who_added_them() -> None:
    made = Walk("leave_request", DAY).act("add_sign", "W01", to="W03", place="before", reason="请先看")
    assert made.waiting == ["W03"]
    assert changed(made, without_person(OFFICE, "W03")).waiting == ["W01"]


def test_a_stamp_waits_for_the_seals_new_keeper() -> None:
    made = Walk("seal_use", SEALING)
    while made.at_step != "stamp":
        made.agree(made.asked[0])
    before = made.asked
    office = with_posts(without_person(OFFICE, before[0]), "W03", "staff", "seal_keeper")
    made = changed(made, office)
    assert made.waiting == ["W03"]
    assert made.case.visits[-1].handed_over == ()
