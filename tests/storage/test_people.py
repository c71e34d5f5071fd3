"""Bindings, event keys, drafts, files and pack texts."""

from flows.conversation.draft import Draft
from flows.records import StoredFile
from storage.unit import Unit
from tests.storage.sample import LIU, NOW, WANG


def test_an_event_is_new_once_and_keeps_its_answer(unit: Unit) -> None:
    assert unit.first_time("console:1", NOW)
    unit.remember_answer("console:1", "已提交")
    assert not unit.first_time("console:1", NOW)
    assert unit.answered("console:1") == "已提交"
    assert unit.first_time("console:2", NOW)
    assert unit.answered("console:2") == ""
    assert unit.answered("never") == ""


def test_an_account_speaks_for_one_person(unit: Unit) -> None:
    unit.bind("telegram", "1001", LIU)
    unit.bind("console", LIU, LIU)
    assert unit.bound("telegram", "1001") == LIU
    assert [(found.channel, found.account) for found in unit.channels_of(LIU)] == [
        ("console", LIU),
        ("telegram", "1001"),
    ]
    unit.bind("telegram", "1001", WANG)
    assert unit.bound("telegram", "1001") == WANG
    assert [found.channel for found in unit.channels_of(LIU)] == ["console"]


def test_a_new_account_in_a_channel_takes_the_place_of_the_old(unit: Unit) -> None:
    unit.bind("telegram", "1001", LIU)
    unit.bind("telegram", "1002", LIU)
    assert unit.bound("telegram", "1001") == ""
    assert [found.account for found in unit.channels_of(LIU)] == ["1002"]
    unit.unbind("telegram", "1002")
    assert unit.channels_of(LIU) == ()


def test_a_draft_is_kept_until_it_is_dropped(unit: Unit) -> None:
    draft = Draft("futian-office", "v1", "leave_request", values={"leave_type": "事假", "days": 0.5}, trail=("a", "b"))
    assert unit.draft(LIU) is None
    unit.keep_draft(LIU, Draft("futian-office", "v1", "seal_use"))
    unit.keep_draft(LIU, draft)
    assert unit.draft(LIU) == draft
    assert unit.draft(WANG) is None
    unit.drop_draft(LIU)
    assert unit.draft(LIU) is None


def test_who_leaves_is_bound_nowhere(unit: Unit) -> None:
    unit.bind("telegram", "1001", LIU)
    unit.bind("console", LIU, LIU)
    unit.bind("telegram", "1002", WANG)
    unit.unbind_everywhere(LIU)
    assert unit.channels_of(LIU) == ()
    assert unit.bound("telegram", "1002") == WANG


def test_an_upload_is_tied_to_its_case(unit: Unit) -> None:
    upload = StoredFile("f1", "诊断证明.pdf", 2048, "ab" * 32, LIU)
    unit.keep_file(upload)
    unit.keep_file(StoredFile("f1", "另一份.pdf", 1, "cd" * 32, WANG))
    assert unit.file("f1") == upload
    assert unit.files_of("c1") == ()
    unit.attach("f1", "c1")
    assert [found.name for found in unit.files_of("c1")] == ["诊断证明.pdf"]
    assert unit.file("f2") is None


def test_a_pack_text_stays_as_it_was(unit: Unit) -> None:
    unit.keep_pack("futian-office", "v1", "pack: futian-office")
    unit.keep_pack("futian-office", "v1", "changed")
    unit.keep_pack("futian-office", "v2", "newer")
    assert unit.pack_texts() == {("futian-office", "v1"): "pack: futian-office", ("futian-office", "v2"): "newer"}


def test_a_refused_look_is_logged_without_content(unit: Unit) -> None:
    unit.log_access(WANG, "case:c1", NOW)
    (row,) = unit.db.rows("SELECT * FROM access_log")
    assert (row["person"], row["what"], unit.db.moment(row["at"])) == (WANG, "case:c1", NOW)
