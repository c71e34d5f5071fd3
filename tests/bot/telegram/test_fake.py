"""Our Bot API refuses what Telegram refuses, asked by a client library that knows nothing of us."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer
from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot
from telebot.asyncio_helper import ApiTelegramException
from telebot.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup, Update

from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.bot_api_rules import Refusal
from tests.fakes.phone import Phone

PATIENCE = Refusal(429, "Too Many Requests: retry after 3", retry_after=3)


@pytest.fixture
async def api() -> BotApi:
    return BotApi()


@pytest.fixture
async def address(api: BotApi) -> AsyncIterator[str]:
    async with TestServer(api.app()) as server:
        yield str(server.make_url("")).rstrip("/")


@pytest.fixture
async def bot(api: BotApi, address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AsyncTeleBot]:
    """An independent client of it."""
    monkeypatch.setattr(asyncio_helper, "API_URL", f"{address}/bot{{0}}/{{1}}")
    monkeypatch.setattr(asyncio_helper, "FILE_URL", f"{address}/file/bot{{0}}/{{1}}")
    made = AsyncTeleBot(TOKEN)
    yield made
    await made.close_session()  # type: ignore[no-untyped-call]


@pytest.fixture
async def phone(api: BotApi) -> Phone:
    """Somebody who pressed Start."""
    phone = Phone(api, 42, "王")
    phone.chat.started = True
    return phone


def keyboard(*rows: tuple[tuple[str, str], ...]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )


async def test_it_says_who_the_bot_is(bot: AsyncTeleBot) -> None:
    assert (await bot.get_me()).username == "banshi_test_bot"


async def test_what_is_sent_stands_in_the_chat(bot: AsyncTeleBot, phone: Phone) -> None:
    sent = await bot.send_message(42, "<b>请假</b> 1 &lt; 2", parse_mode="HTML", reply_markup=keyboard((("好", "ok"),)))
    assert (phone.last.id, phone.last.text) == (sent.message_id, "请假 1 < 2")
    assert [button.data for button in phone.last.buttons] == ["ok"]


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("字" * 4097, None, "message is too long"),
        ("🙂" * 2049, None, "message is too long"),
        ("　 ", None, "message text is empty"),
        ("<b>x", "HTML", "can't parse entities"),
        ("a < b", "HTML", "can't parse entities"),
        ("<font>x</font>", "HTML", "can't parse entities"),
        ("<b><i>x</b></i>", "HTML", "can't parse entities"),
    ],
)
async def test_text_it_does_not_take(bot: AsyncTeleBot, phone: Phone, text: str, mode: str | None, words: str) -> None:
    with pytest.raises(ApiTelegramException, match=words):
        await bot.send_message(42, text, parse_mode=mode)
    assert phone.reads() == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (((("好", "字" * 22),),), "BUTTON_DATA_INVALID"),
        (((("好", ""),),), "BUTTON_DATA_INVALID"),
        (((("", "ok"),),), "non-empty"),
        ((tuple((str(n), str(n)) for n in range(9)),), "too long"),
        (tuple(tuple((str(n), str(n)) for n in range(8)) for _ in range(13)), "too long"),
    ],
)
async def test_buttons_it_does_not_take(
    bot: AsyncTeleBot, phone: Phone, rows: tuple[tuple[tuple[str, str], ...], ...], words: str
) -> None:
    with pytest.raises(ApiTelegramException, match=words):
        await bot.send_message(42, "？", reply_markup=keyboard(*rows))


async def test_whom_it_does_not_reach(bot: AsyncTeleBot, api: BotApi, phone: Phone) -> None:
    with pytest.raises(ApiTelegramException, match="chat not found"):
        await bot.send_message(43, "x")
    api.chat(44)
    with pytest.raises(ApiTelegramException, match="can't initiate"):
        await bot.send_message(44, "x")
    phone.chat.blocked = True
    with pytest.raises(ApiTelegramException, match="blocked by the user") as refused:
        await bot.send_message(42, "x")
    assert refused.value.error_code == 403


async def test_edits_it_does_not_take(bot: AsyncTeleBot, api: BotApi, phone: Phone) -> None:
    sent = await bot.send_message(42, "一", reply_markup=keyboard((("好", "ok"),)))
    with pytest.raises(ApiTelegramException, match="message is not modified"):
        await bot.edit_message_text("一", 42, sent.message_id, reply_markup=keyboard((("好", "ok"),)))
    await bot.edit_message_text("一", 42, sent.message_id)
    assert phone.last.buttons == ()
    with pytest.raises(ApiTelegramException, match="message to edit not found"):
        await bot.edit_message_text("二", 42, 999)
    theirs = api.new_message(phone.chat, "我的", by_bot=False)
    with pytest.raises(ApiTelegramException, match="can't be edited"):
        await bot.edit_message_text("二", 42, theirs.id)
    phone.last.fixed = True
    with pytest.raises(ApiTelegramException, match="can't be edited"):
        await bot.edit_message_text("二", 42, sent.message_id)


async def test_a_tap_is_answered_once_and_soon(bot: AsyncTeleBot, api: BotApi) -> None:
    first, second = api.new_query(), api.new_query()
    await bot.answer_callback_query(first, "好")
    assert api.answers == {first: "好"}
    with pytest.raises(ApiTelegramException, match="query is too old"):
        await bot.answer_callback_query(first)
    with pytest.raises(ApiTelegramException, match="MESSAGE_TOO_LONG"):
        await bot.answer_callback_query(api.new_query(), "字" * 201)
    api.grow_old(60)
    with pytest.raises(ApiTelegramException, match="query is too old"):
        await bot.answer_callback_query(second)


async def test_it_asks_for_patience(bot: AsyncTeleBot, api: BotApi, phone: Phone) -> None:
    api.plan("sendMessage", PATIENCE)
    with pytest.raises(ApiTelegramException) as refused:
        await bot.send_message(42, "x")
    assert refused.value.error_code == 429
    assert refused.value.result_json["parameters"] == {"retry_after": 3}


async def test_another_token_is_nobodys(bot: AsyncTeleBot) -> None:
    stranger = AsyncTeleBot("1:another")
    with pytest.raises(ApiTelegramException) as refused:
        await stranger.get_me()
    assert refused.value.error_code == 401


async def test_files_go_both_ways(bot: AsyncTeleBot, api: BotApi, phone: Phone) -> None:
    sent = await bot.send_document(42, ("说明.txt", b"words"), caption="说明")
    assert sent.document is not None
    assert (sent.document.file_name, phone.last.text) == ("说明.txt", "说明")
    found = await bot.get_file(sent.document.file_id)
    assert await bot.download_file(found.file_path) == b"words"
    with pytest.raises(ApiTelegramException, match="wrong file_id"):
        await bot.get_file("none")
    with pytest.raises(ApiTelegramException, match="caption is too long"):
        await bot.send_document(42, ("a.txt", b"x"), caption="字" * 1025)
    big = api.keep("big.bin", b"x" * (20 * 1024 * 1024 + 1))
    with pytest.raises(ApiTelegramException, match="file is too big"):
        await bot.get_file(big)


async def test_a_picture_is_a_png_of_a_size_it_takes(bot: AsyncTeleBot, phone: Phone) -> None:
    png = b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4) + b"IHDR" + (1280).to_bytes(4) + (400).to_bytes(4)
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("下一周", callback_data="fleet:2026-11-30")]])
    sent = await bot.send_photo(42, png, caption="<b>用车</b>", parse_mode="HTML", reply_markup=keys)
    assert sent.photo is not None
    assert (sent.photo[0].width, sent.photo[0].height) == (1280, 400)
    assert (phone.last.text, phone.last.buttons[0].text) == ("用车", "下一周")
    with pytest.raises(ApiTelegramException, match="no text in the message to edit"):
        await bot.edit_message_text("x", 42, sent.message_id)
    await bot.edit_message_reply_markup(42, sent.message_id)
    assert phone.last.buttons == ()
    with pytest.raises(ApiTelegramException, match="IMAGE_PROCESS_FAILED"):
        await bot.send_photo(42, b"words")
    with pytest.raises(ApiTelegramException, match="PHOTO_INVALID_DIMENSIONS"):
        await bot.send_photo(42, png[:16] + (100).to_bytes(4) + (9999).to_bytes(4))
    with pytest.raises(ApiTelegramException, match="caption is too long"):
        await bot.send_photo(42, png, caption="字" * 1025)


async def test_commands_are_small_latin_words(bot: AsyncTeleBot, api: BotApi) -> None:
    await bot.set_my_commands([BotCommand("leave", "请假")])
    assert api.commands == {"leave": "请假"}
    for name, words in (("请假", "请假"), ("Leave", "请假"), ("leave", "")):
        with pytest.raises(ApiTelegramException, match="BOT_COMMAND_INVALID"):
            await bot.set_my_commands([BotCommand(name, words)])


async def test_a_webhook_is_https_on_a_port_of_theirs(bot: AsyncTeleBot, api: BotApi) -> None:
    for url, words in (("http://office.example", "HTTPS"), ("https://office.example:8080/x", "ports")):
        with pytest.raises(ApiTelegramException, match=words):
            await bot.set_webhook(url)
    with pytest.raises(ApiTelegramException, match="unallowed"):
        await bot.set_webhook("https://office.example/x", secret_token="汉字")
    await bot.set_webhook("https://office.example/x", secret_token="abc")
    with pytest.raises(ApiTelegramException, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert api.webhook == ""


def said(update: Update) -> str | None:
    """What the update's message says."""
    return update.message.text if update.message else None


async def test_updates_wait_until_they_are_confirmed(bot: AsyncTeleBot, phone: Phone) -> None:
    await phone.says("一")
    await phone.says("二")
    first, second = await bot.get_updates()
    assert [said(first), said(second)] == ["一", "二"]
    assert [said(update) for update in await bot.get_updates(offset=second.update_id)] == ["二"]
    assert await bot.get_updates(offset=second.update_id + 1) == []


async def test_words_above_the_input_are_no_buttons(bot: AsyncTeleBot, phone: Phone) -> None:
    words = ReplyKeyboardMarkup()
    words.add("请假")
    await bot.send_message(42, "选一个", reply_markup=words)
    assert (phone.last.keyboard, phone.last.buttons) == ((("请假",),), ())
    with pytest.raises(LookupError):
        phone.button("请假")


async def test_a_body_that_is_no_json_is_a_bad_request(address: str) -> None:
    headers = {"Content-Type": "application/json"}
    async with ClientSession() as session:
        async with session.post(f"{address}/bot{TOKEN}/sendMessage", data=b"{", headers=headers) as answer:
            assert answer.status == 400
        async with session.post(f"{address}/bot{TOKEN}/nothing") as answer:
            assert answer.status == 404
        async with session.post(f"{address}/botx/getMe") as answer:
            assert answer.status == 404
