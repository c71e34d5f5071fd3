"""The sender before our Bot API: what is shown, changed, and why it could not be."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.base import EditRefused, Gone, Rejected, RetryAfter, SendError, Unanswered, Unreachable
from bot.channels.pacer import Pacer
from bot.channels.telegram import TelegramSender
from bot.channels.telegram_api import TelegramApi, TooLarge
from flows.cards import Button, Message
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_rules import Refusal
from tests.fakes.phone import Phone

QUESTION = Message(text="请哪一种假？", buttons=((Button("事假", "draft:1:0"),),))


@dataclass(frozen=True)
class Letter:
    """One thing to show."""

    account: str = "42"
    id: int = 1
    person: str = "F021"
    card_key: str = ""
    created_at: datetime = datetime(2026, 11, 24, tzinfo=UTC)


class Ticks:
    """A steady clock that goes on when somebody pauses."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at

    async def pause(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
async def fake() -> BotApi:
    return BotApi()


@pytest.fixture
async def api(fake: BotApi) -> AsyncIterator[TelegramApi]:
    async with TestServer(fake.app()) as server:
        made = TelegramApi(TOKEN, str(server.make_url("")))
        yield made
        await made.close()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def sender(api: TelegramApi, ticks: Ticks) -> TelegramSender:
    return TelegramSender(api, lambda entries: entries, Pacer(), ticks=ticks, pause=ticks.pause)


@pytest.fixture
def phone(fake: BotApi) -> Phone:
    phone = Phone(fake, 42, "王")
    phone.chat.started = True
    return phone


async def test_a_question_is_shown_and_changed_in_place(sender: TelegramSender, phone: Phone) -> None:
    shown = await sender.send(Letter(), QUESTION)
    assert (phone.last.text, [button.data for button in phone.last.buttons]) == ("请哪一种假？", ["draft:1:0"])
    assert await sender.edit(Letter(), Message(text="已选 <事假>"), shown) == shown
    assert (phone.last.text, phone.last.buttons, len(phone.reads())) == ("已选 <事假>", (), 1)


async def test_the_same_again_is_no_error(sender: TelegramSender, phone: Phone) -> None:
    shown = await sender.send(Letter(), QUESTION)
    assert await sender.edit(Letter(), QUESTION, shown) == shown
    assert phone.last.edits == 0


async def test_a_copy_that_is_gone_old_or_in_another_chat_is_not_changed(
    sender: TelegramSender, fake: BotApi, phone: Phone
) -> None:
    shown = await sender.send(Letter(), QUESTION)
    phone.last.fixed = True
    with pytest.raises(EditRefused):
        await sender.edit(Letter(), Message(text="x"), shown)
    phone.chat.messages.clear()
    with pytest.raises(EditRefused):
        await sender.edit(Letter(), Message(text="x"), shown)
    fake.chat(43).started = True
    with pytest.raises(EditRefused):
        await sender.edit(Letter("43"), Message(text="x"), shown)


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Refusal(403, "Forbidden: bot was blocked by the user"), Gone),
        (Refusal(400, "Bad Request: chat not found"), Gone),
        (Refusal(400, "Bad Request: BUTTON_DATA_INVALID"), Rejected),
        (Refusal(429, "Too Many Requests: retry after 7", retry_after=7), RetryAfter),
        (Refusal(500, "Internal Server Error"), Unanswered),
        (Refusal(502, "Bad Gateway"), Unanswered),
        (Refusal(401, "Unauthorized"), Unreachable),
        (None, Unanswered),
    ],
)
async def test_every_refusal_is_told_apart(
    sender: TelegramSender, fake: BotApi, phone: Phone, refusal: Refusal | None, error: type[SendError]
) -> None:
    fake.plan("sendMessage", refusal)
    with pytest.raises(error):
        await sender.send(Letter(), QUESTION)
    assert len(phone.reads()) == (refusal is None)


async def test_nobody_there_is_nothing_sent(ticks: Ticks) -> None:
    api = TelegramApi(TOKEN, "http://127.0.0.1:1")
    with pytest.raises(Unreachable):
        await TelegramSender(api, lambda entries: entries, Pacer(), ticks=ticks).send(Letter(), QUESTION)
    await api.close()


async def test_patience_asked_for_is_kept_for_that_chat(
    sender: TelegramSender, fake: BotApi, phone: Phone, ticks: Ticks
) -> None:
    fake.plan("sendMessage", Refusal(429, "Too Many Requests: retry after 7", retry_after=7))
    with pytest.raises(RetryAfter) as asked:
        await sender.send(Letter(), QUESTION)
    assert asked.value.seconds == 7
    with pytest.raises(RetryAfter):
        await sender.send(Letter(), QUESTION)
    assert len([name for name, _ in fake.calls if name == "sendMessage"]) == 1
    ticks.at = 7.0
    await sender.send(Letter(), QUESTION)
    assert len(phone.reads()) == 1


async def test_messages_leave_at_the_pace_of_the_chat(sender: TelegramSender, phone: Phone, ticks: Ticks) -> None:
    for _ in range(5):
        await sender.send(Letter(), QUESTION)
    assert ticks.at == 2.0


async def test_a_file_is_shown_and_one_too_large_is_not_fetched(
    sender: TelegramSender, api: TelegramApi, fake: BotApi, phone: Phone
) -> None:
    await sender.send_file("42", "诊断证明.pdf", b"%PDF")
    assert fake.files[phone.last.file].name == "诊断证明.pdf"
    assert b"".join([piece async for piece in api.file(phone.last.file, 4)]) == b"%PDF"
    with pytest.raises(TooLarge):
        assert [piece async for piece in api.file(phone.last.file, 3)] == []
    with pytest.raises(SendError):
        assert [piece async for piece in api.file("none", 3)] == []


async def test_a_tap_too_old_is_a_refusal_and_no_more(api: TelegramApi, fake: BotApi) -> None:
    query = fake.new_query()
    fake.grow_old(60)
    with pytest.raises(Rejected):
        await api.answer(query, "已同意。")
    await api.answer(fake.new_query(), "字" * 300)
