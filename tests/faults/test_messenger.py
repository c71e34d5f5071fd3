"""A messenger that refuses, breaks, falls silent, repeats itself, loses the order: one decision, every copy right."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.unit import Unit
from storage.verify import verify
from tests.fakes import MovableClock
from tests.fakes.bot_api_rules import Refusal, bad
from tests.faults.killed_model import copies_astray
from tests.stories.telegram_office import TelegramOffice, telegram_office

HEAD, CLERK, LU = "Y020", "Y023", "Y022"
TITLE = "陆子涵 · 事假 0.5 天"
LINES = ("请假", "事假", "11月25日上午", "11月25日上午", "去医院看牙", "提交")
SLOW_DOWN = Refusal(429, "Too Many Requests: retry after 1", retry_after=1)
BROKEN = Refusal(502, "Bad Gateway")
SILENT = None
"""It carries the call out, and its answer never comes."""


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office on a Tuesday morning, everybody bound."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        await opened.bind(LU, HEAD, CLERK)
        yield opened


async def calm(office: TelegramOffice) -> None:
    """Time enough for everything to be tried again until it has arrived."""
    for _ in range(4):
        office.clock.wait(minutes=2)
        await office.settle()


def decided(office: TelegramOffice) -> list[tuple[str, str]]:
    """Who ended a visit of anybody's how, as the journals tell."""

    def read(unit: Unit) -> list[tuple[str, str]]:
        rows = unit.db.rows("SELECT actor, act FROM journal WHERE act IN ('filed', 'done', 'withdrawn') ORDER BY id")
        return [(row["actor"], row["act"]) for row in rows]

    return office.house.work.run_sync(read)


def astray(office: TelegramOffice) -> list[str]:
    """What does not show or keep what it must."""

    def read(unit: Unit) -> list[str]:
        waiting = unit.db.rows("SELECT id, status FROM outbox WHERE status NOT IN ('sent', 'superseded')")
        found = copies_astray(unit, office.house, office.api) + [
            f"outbox {row['id']} {row['status']}" for row in waiting
        ]
        return found + [each.text for each in verify(unit).differences]

    return office.house.work.run_sync(read)


ONCE = [(LU, "filed"), (LU, "done"), (HEAD, "done"), (CLERK, "done")]


@pytest.mark.parametrize("trouble", [SLOW_DOWN, BROKEN, SILENT], ids=["429", "502", "no answer"])
async def test_in_trouble_it_is_tried_again_until_every_copy_is_right(
    office: TelegramOffice, trouble: Refusal | None
) -> None:
    for text in LINES:
        if text in ("请假", "提交"):
            office.api.plan("sendMessage", trouble)
        await office.says(LU, text)
    await calm(office)
    for person, label in ((HEAD, "同意"), (CLERK, "登记考勤")):
        office.api.plan("sendMessage", trouble)
        office.api.plan("editMessageText", trouble, trouble)
        office.api.plan("answerCallbackQuery", trouble)
        await office.taps(person, label, TITLE)
        await calm(office)
    for person in (HEAD, CLERK):
        for shown in office.phone(person).chat.messages.values():
            for button in shown.buttons:
                if button.data.startswith(("do:agree:", "do:execute:")):
                    await office.phone(person).presses(shown.id, button.data)
    await calm(office)
    assert decided(office) == ONCE
    assert astray(office) == []
    told = office.phone(LU).reads().count("您的事假申请（QJ-2026-0001）已通过。")
    assert 1 <= told <= (2 if trouble is SILENT else 1)


async def test_where_edits_are_refused_a_new_message_takes_the_place_of_the_old(office: TelegramOffice) -> None:
    await office.says(LU, *LINES)
    office.api.plan("editMessageText", *(bad("message can't be edited") for _ in range(20)))
    await office.taps(HEAD, "同意", TITLE)
    await office.taps(CLERK, "登记考勤", TITLE)
    old = [(HEAD, "同意"), (CLERK, "登记考勤")]
    for person, label in old:
        assert await office.taps(person, label, TITLE) not in ("已同意。", "已办理。")
    await calm(office)
    assert decided(office) == ONCE
    assert astray(office) == []


async def test_updates_brought_twice_and_in_any_order_count_once(office: TelegramOffice) -> None:
    """Each line comes three times: at once again, and once more after everything that followed."""
    lu = office.phone(LU)
    updates = [{"update_id": 5000 + n, **lu.message(text, text=text)} for n, text in enumerate(LINES)]
    for update in updates:
        for _ in range(2):
            assert await office.api.redeliver(update) == 200
            await office.settle()
    shown, agree = office.phone(HEAD).button("同意", TITLE)
    account = {"id": office.phone(HEAD).account, "is_bot": False, "first_name": "x"}
    under = {"message_id": shown.id, "date": 1, "chat": {"id": account["id"], "type": "private"}}
    tap = {"id": office.api.new_query(), "from": account, "chat_instance": "1", "message": under, "data": agree.data}
    for update in (*(2 * [{"update_id": 4000, "callback_query": tap}]), *reversed(updates)):
        assert await office.api.redeliver(update) == 200
        await office.settle()
    await office.taps(CLERK, "登记考勤", TITLE)
    assert decided(office) == ONCE
    assert astray(office) == []
    said = office.phone(LU).reads()
    assert len([text for text in said if text.startswith("已提交")]) == 1
    # A line that counted twice would have answered the next question as well.
    assert "去医院看牙" in office.phone(HEAD).newest(TITLE).text


async def test_a_talk_whose_lines_come_in_the_wrong_order_files_nothing_that_was_not_said(
    office: TelegramOffice,
) -> None:
    for text in ("请假", "提交", "去医院看牙", "11月25日上午", "事假"):
        await office.says(LU, text)
    assert decided(office) == []
    await office.says(LU, "取消", *LINES)
    assert decided(office) == ONCE[:2]
    assert astray(office) == []
