"""The office behind the console: what is said stands once, answers follow it, and nobody sees what is not theirs."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from bot.channels.console_facade import NotHere, UploadTooLarge
from bot.channels.console_guard import Refusal
from bot.service import House, Service
from storage.unit import Unit
from tests.bot.small_house import CHIEF, CLERK, DEPUTY, KEEPER, LIU, Talk
from tests.fakes import MovableClock


async def content(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def attempts(unit: Unit) -> list[tuple[str, str]]:
    return [(row["person"], row["what"]) for row in unit.db.rows("SELECT person, what FROM access_log ORDER BY id")]


async def test_a_leave_goes_from_the_first_word_to_the_keeper(service: Service, talk: Talk) -> None:
    case = await talk.file_leave()
    assert (await talk.read(LIU))[-1] == "待王芳审核"
    await talk.say(CHIEF, f"do:agree:{case}:1")
    await talk.say(DEPUTY, f"do:agree:{case}:2")
    await service.delivery.settle()
    assert (await talk.read(LIU))[-2:] == ["已通过，待赵倩登记", "您的事假申请（QJ-2026-0001）已通过。"]
    assert await talk.read(CLERK) == ["已通过，待您登记"]
    assert dict(await service.console.counts(CLERK))["to_handle"] == 1
    page = await service.console.case_page(LIU, case)
    assert [line.who for line in page.log] == ["刘洋", "王芳", "李慧敏"]


async def test_the_applicants_card_changes_in_place_and_says_when(
    service: Service, talk: Talk, clock: MovableClock
) -> None:
    case = await talk.file_leave()
    before = (await service.console.messages(LIU, before=None, limit=1))[0]
    assert before.changed_at is None
    await talk.say(CHIEF, f"do:agree:{case}:1")
    await service.delivery.settle()
    after = (await service.console.messages(LIU, before=None, limit=1))[0]
    assert (after.id, after.changed_at) == (before.id, clock.now())
    assert [line.id for line in await service.console.changes(LIU, before.version)] == [before.id]


async def test_an_event_that_comes_twice_is_said_once_and_answered_alike(service: Service, talk: Talk) -> None:
    first = await service.console.receive(LIU, "same", "text", text="请假")
    again = await service.console.receive(LIU, "same", "text", text="请假")
    assert first == again
    assert (await talk.read(LIU)).count("> 请假") == 1
    assert len(await talk.read(LIU)) == 2


async def test_a_questions_button_is_kept_by_its_words_and_a_cards_button_is_not(talk: Talk) -> None:
    await talk.say(LIU, "请假", "draft:1:pick:1")
    assert "> 事假" in await talk.read(LIU)
    case = await talk.say(LIU, "明天上午", "明天下午", "看牙", "提交")
    await talk.say(CHIEF, f"do:agree:{case}:1")
    assert not [line for line in await talk.read(CHIEF) if line.startswith(">")]


async def test_what_carries_a_classified_marking_is_kept_nowhere(service: Service, talk: Talk, house: House) -> None:
    answer = await service.console.receive(LIU, "k", "text", text="请用印：【机密】关于某事项的请示")
    assert not answer.ok
    assert answer.text
    assert await talk.read(LIU) == []
    dump = house.work.run_sync(lambda unit: [row["key"] for row in unit.db.rows("SELECT key FROM event_keys")])
    assert dump == []
    assert house.work.run_sync(attempts) == [(LIU, "classified")]


async def test_a_case_that_is_not_theirs_is_not_there_and_the_reach_is_noted(
    service: Service, talk: Talk, house: House
) -> None:
    case = await talk.file_leave()
    with pytest.raises(NotHere):
        await service.console.case_page(KEEPER, case)
    answer = await service.console.receive(KEEPER, "k", "tap", text=f"do:agree:{case}:1")
    assert not answer.ok
    assert house.work.run_sync(attempts)[0] == (KEEPER, f"case:{case}")
    assert (await service.console.case_page(LIU, case)).card.state_text == "待王芳审核"


async def test_an_attachment_is_kept_and_opened_by_its_owner_only(service: Service, talk: Talk, house: House) -> None:
    file = await service.console.keep_upload(LIU, "病历.pdf", content(b"%PDF", b"-1.7"))
    with pytest.raises(NotHere):
        await service.console.open_file(LIU, file.id)
    await talk.say(LIU, "用印", "区政府办公室印章")
    await service.console.receive(LIU, "with a file", "file", file=file)
    opened = await service.console.open_file(LIU, file.id)
    assert b"".join([piece async for piece in opened.content]) == b"%PDF-1.7"
    with pytest.raises(NotHere):
        await service.console.open_file(KEEPER, file.id)
    with pytest.raises(NotHere):
        await service.console.open_file(LIU, "nothing")
    assert house.work.run_sync(attempts) == [
        (LIU, f"file:{file.id}"),
        (KEEPER, f"file:{file.id}"),
        (LIU, "file:nothing"),
    ]


async def test_a_classified_name_is_refused_before_a_byte_is_kept(service: Service, house: House) -> None:
    with pytest.raises(Refusal) as told:
        await service.console.keep_upload(LIU, "【秘密】请示.doc", content(b"x"))
    assert told.value.status == 403
    assert not (house.settings.var / "files").exists()


async def test_an_upload_past_the_limit_is_refused(service: Service) -> None:
    with pytest.raises(UploadTooLarge):
        await service.console.keep_upload(LIU, "大.bin", content(*(b"x" * 1024 * 1024 for _ in range(11))))


async def test_people_come_by_section_with_their_posts(service: Service) -> None:
    people = await service.console.people()
    assert [person.section for person in people] == ["室领导"] * 2 + ["秘书科"] * 2 + ["办文科"] * 3
    assert (await service.console.person(CHIEF)) in people
    assert [person.title for person in people if person.staff_no == LIU] == [""]
    assert await service.console.person("F999") is None


async def test_the_clauses_behind_a_case_are_told_and_unknown_ones_left_out(service: Service, talk: Talk) -> None:
    page = await service.console.case_page(LIU, await talk.file_leave())
    entries = tuple(clause.entry for clause in page.clauses)
    assert entries
    found = await service.console.clauses((*entries, "nobody/knows/this/one"))
    assert tuple(found) == entries
    assert all(clause.cite and clause.text for clause in found.values())


async def test_procedures_registers_and_calendar_are_those_of_the_office(service: Service) -> None:
    console = service.console
    begun = await console.procedures(LIU)
    assert ("leave_request", "start:leave_request") in [(line.id, line.press) for line in begun]
    month = await console.calendar_page(LIU, None, None)
    assert (month.year, month.month, month.today, len(month.days)) == (2026, 11, date(2026, 11, 24), 30)
    for line in await console.registers(CLERK):
        assert (await console.register_page(CLERK, line.id, 1)).id == line.id
    with pytest.raises(NotHere):
        await console.register_page(LIU, "seal_register", 1)


async def test_a_card_that_cannot_be_drawn_closes_no_conversation(talk: Talk, house: House) -> None:
    """A card is drawn when it is read: a broken case is one line among the others."""
    case = await talk.file_leave()
    gone = "UPDATE cases SET projection = replace(projection, 'leave_request', 'gone') WHERE id = :id"
    house.work.run_sync(lambda unit: unit.db.change(gone, id=case))
    read = await talk.read(LIU)
    assert read[-1] == "这张卡片暂时打不开，请把申请编号告诉办公室管理员。"
    assert read[0] == "> 请假"


async def test_a_card_that_is_no_longer_theirs_says_nothing_of_the_case(talk: Talk, house: House) -> None:
    await talk.file_leave()
    house.work.run_sync(lambda unit: unit.db.change("DELETE FROM concerned WHERE person = :person", person=LIU))
    assert (await talk.read(LIU))[-1] == "这张卡片上的申请已不由您办理。"
    assert house.work.run_sync(attempts) == []


async def test_what_no_clause_says_shows_no_clause(service: Service) -> None:
    """A step the register puts in to complete a flow has no clause to name, and its id is nothing for people."""
    with_clause = "futian-office/expense_preapproval/step/director_approve"
    without = "futian-office/expense_preapproval/step/notify"
    assert set(await service.console.clauses((with_clause, without))) == {with_clause}
