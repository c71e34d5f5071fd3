"""What Telegram or a person may send wrongly: one sentence or one log line, nothing half written, no 5xx."""

import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.logs import JsonLines
from storage.unit import Unit
from tests.fakes import SHANGHAI, MovableClock
from tests.fakes.bot_api_rules import Refusal
from tests.stories.telegram_office import SECRET, TelegramOffice, telegram_office

DEPUTY, HEAD, LU = "Y002", "Y020", "Y022"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
GIVEN = {HEADER: SECRET}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[TelegramOffice]:
    """The sample office on a Tuesday morning, two of its people bound."""
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00")) as opened:
        await opened.bind(LU, HEAD)
        yield opened


def written(office: TelegramOffice) -> int:
    """How many events were kept."""
    return int(office.house.work.run_sync(lambda unit: unit.db.value("SELECT COUNT(*) FROM event_keys")))


def logged(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines of the log, as they are printed."""
    lines = JsonLines(SHANGHAI)
    return [lines.format(record) for record in caplog.records if record.name.startswith("banshi")]


@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({HEADER: "wrong"}, 403), ({HEADER: "错"}, 403)])
async def test_without_the_secret_nothing_is_read(
    office: TelegramOffice, caplog: pytest.LogCaptureFixture, headers: dict[str, str], status: int
) -> None:
    before = written(office)
    with caplog.at_level(logging.INFO):
        assert await office.api.post(b'{"update_id": 1, "message": "words of somebody"}', headers) == status
    (line,) = logged(caplog)
    assert "webhook refused" in line
    assert "words of somebody" not in line
    assert written(office) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b"[]", 200),
        (b'"words of somebody"', 200),
        (b'{"message": {"text": "words of somebody"}}', 200),
        (b'{"update_id": "1"}', 200),
        (b'{"update_id": 5}', 200),
        (b'{"update_id": 5, "something_new": {"text": "words of somebody"}}', 200),
        (b'{"update_id": 5, "message": {"text": "words of somebody"}}', 200),
        (b'{"update_id": 5, "message": 7, "callback_query": 7}', 200),
        (b'{"update_id": 5, "edited_message": {"text": "x"}, "channel_post": {}}', 200),
    ],
)
async def test_a_body_that_asks_for_nothing_does_nothing(
    office: TelegramOffice, caplog: pytest.LogCaptureFixture, body: bytes, status: int
) -> None:
    before = written(office)
    with caplog.at_level(logging.INFO):
        assert await office.api.post(body, GIVEN) == status
    assert written(office) == before
    assert len(logged(caplog)) <= 1
    assert "words of somebody" not in "".join(logged(caplog))


@pytest.mark.parametrize(
    "content", [{"voice": {"file_id": "v"}}, {"sticker": {}}, {"location": {"latitude": 1.0, "longitude": 2.0}}]
)
async def test_what_cannot_be_filed_is_said(office: TelegramOffice, content: dict[str, Any]) -> None:
    phone = office.phone(LU)
    await office.api.deliver(phone.message("(…)", **content))
    await office.settle()
    assert "只收文字、图片和文件" in phone.last.text


async def test_an_update_that_comes_twice_is_done_once(office: TelegramOffice) -> None:
    await office.says(LU, "请假", "事假", "明天下午", "明天下午", "家事")
    update = {"update_id": 900_001, **office.phone(LU).message("提交", text="提交")}
    for _ in range(3):
        assert await office.api.redeliver(update) == 200
    await office.settle()
    said = [text for text in office.phone(LU).reads() if text.startswith("已提交")]
    cases = office.house.work.run_sync(lambda unit: unit.db.value("SELECT COUNT(*) FROM cases"))
    assert (len(said), cases) == (1, 1)


async def test_a_double_tap_decides_once(office: TelegramOffice) -> None:
    await office.says(LU, "请假", "事假", "明天上午", "明天下午", "家事", "提交")
    card, agree = office.phone(HEAD).button("同意", "陆子涵 · 事假 1 天")
    first = await office.phone(HEAD).presses(card.id, agree.data)
    second = await office.phone(HEAD).presses(card.id, agree.data)
    await office.settle()
    assert office.api.answers[first] == "已同意。"
    assert office.api.answers[second] not in ("", "已同意。")


async def test_buttons_of_nobody_of_another_time_and_of_no_message(office: TelegramOffice) -> None:
    await office.says(LU, "请假")
    for data in ("", "x", "do:agree:none:1", "do:fly:none:1", "draft:99:0", "file:none", "file:", "set:a:b:c:d"):
        query = await office.phone(LU).presses(1, data, too_old=True)
        await office.settle()
        assert office.api.answers[query], data
    bare = {
        "id": office.api.new_query(),
        "from": {"id": 1001, "is_bot": False, "first_name": "x"},
        "chat_instance": "1",
    }
    assert await office.api.deliver({"callback_query": bare}) == 200
    assert set(office.api.statuses) == {200}


async def test_a_tap_answered_too_late_is_still_decided(office: TelegramOffice) -> None:
    await office.says(LU, "请假", "事假", "明天上午", "明天下午", "家事", "提交")
    too_old = Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
    office.api.plan("answerCallbackQuery", too_old)
    await office.taps(HEAD, "同意", "陆子涵 · 事假 1 天")
    assert "待您审批" not in office.phone(HEAD).newest("陆子涵 · 事假 1 天").text


async def test_a_send_that_was_never_answered_is_made_harmless(office: TelegramOffice) -> None:
    """Two copies stand then; the one we know is kept current, the other loses its buttons when it is pressed."""
    await office.says(LU, "请假", "事假", "明天上午", "明天下午", "家事", "提交")
    code = office.phone(LU).newest("陆子涵 · 事假 1 天").text.split("码 ")[1].split("\n")[0]
    office.api.plan("sendMessage", None)
    await office.says(LU, f"查看 {code}")
    unknown = office.phone(LU).last
    office.clock.wait(minutes=1)
    await office.settle()
    known = office.phone(LU).last
    assert (known.id > unknown.id, known.text) == (True, unknown.text)
    withdraw = next(button.data for button in unknown.buttons if button.text == "撤回")
    await office.phone(LU).presses(known.id, withdraw)
    await office.settle()
    assert "已撤回" in known.text
    assert "已撤回" not in unknown.text
    await office.phone(LU).presses(unknown.id, withdraw)
    await office.settle()
    assert unknown.buttons == ()


async def test_files_that_cannot_be_taken(office: TelegramOffice) -> None:
    await office.says(LU, "用印", "区委办公室印章")
    phone = office.phone(LU)
    await phone.sends("大.pdf", b"x", size=11 * 1024 * 1024)
    await office.settle()
    assert "超过 10 MB" in phone.last.text
    office.api.plan("getFile", Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable"))
    await office.sends(LU, "通知.pdf", b"x")
    assert "没有收到" in phone.last.text
    await office.sends(LU, "通知.pdf", b"x" * (10 * 1024 * 1024 + 1))
    assert "超过 10 MB" in phone.last.text
    await office.sends(LU, "../../通知.pdf", b"ok")
    assert office.house.work.run_sync(lambda unit: [row["name"] for row in unit.db.rows("SELECT name FROM files")]) == [
        "通知.pdf"
    ]


async def test_a_file_nobody_asked_for_is_not_kept_and_one_brought_twice_is_one(office: TelegramOffice) -> None:
    def files() -> list[str]:
        return office.house.work.run_sync(lambda unit: [row["name"] for row in unit.db.rows("SELECT name FROM files")])

    await office.sends(LU, "通知.pdf", b"x")
    assert "附件没有保存" in office.phone(LU).last.text
    assert files() == []
    await office.says(LU, "用印", "区委办公室印章")
    document = {"file_id": office.api.keep("通知.pdf", b"x"), "file_unique_id": "u", "file_name": "通知.pdf"}
    update = {"update_id": 900_003, **office.phone(LU).message("通知.pdf", document=document)}
    for _ in range(2):
        assert await office.api.redeliver(update) == 200
    await office.settle()
    assert files() == ["通知.pdf"]


async def test_what_is_said_while_a_file_is_fetched_is_taken_in_after_it(tmp_path: Path) -> None:
    async with telegram_office(tmp_path, MovableClock("2026-11-24T09:00"), webhook=False) as office:
        await office.bind(LU)
        await office.says(LU, "用印", "区委办公室印章")
        await office.phone(LU).sends("通知.pdf", b"x")
        await office.phone(LU).says("印发会议通知")
        await office.settle()
        assert office.phone(LU).button("重要文件")


async def test_a_bug_is_one_apology_and_comes_once(
    office: TelegramOffice, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_unit: Unit, _channel: str, _account: str) -> str:
        raise ZeroDivisionError("words of somebody")

    with monkeypatch.context() as patched:
        patched.setattr(Unit, "bound", breaks)
        assert await office.phone(LU).says("待办") == 200
        await office.settle()
    assert "抱歉" in office.phone(LU).last.text
    assert "ZeroDivisionError" in "".join(logged(caplog))
    assert "words of somebody" not in "".join(logged(caplog))


async def test_a_database_that_is_away_makes_telegram_bring_it_again(office: TelegramOffice) -> None:
    update = {"update_id": 900_002, **office.phone(LU).message("待办", text="待办")}
    body = json.dumps(update).encode()
    office.house.work.close()
    assert await office.api.post(body, GIVEN) == 503
