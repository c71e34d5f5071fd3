"""Updates read into plain values: the same as python-telegram-bot reads, and never an error on what is an update."""

import json

import pytest
import telegram
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_updates import NotAnUpdate, Update, read_update

IDS = st.integers(1, 2**52)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PEOPLE = st.fixed_dictionaries({"id": IDS, "is_bot": st.just(False), "first_name": WORDS}, optional={"username": WORDS})
CHATS = st.fixed_dictionaries({"id": st.integers(-(2**52), 2**52), "type": st.sampled_from(["private", "group"])})
DOCUMENTS = st.fixed_dictionaries(
    {"file_id": WORDS, "file_unique_id": WORDS}, optional={"file_name": WORDS, "file_size": st.integers(0, 2**40)}
)
SIZES = st.fixed_dictionaries(
    {"file_id": WORDS, "file_unique_id": WORDS, "width": IDS, "height": IDS}, optional={"file_size": IDS}
)
CONTENT = st.one_of(
    st.fixed_dictionaries({"text": WORDS}),
    st.fixed_dictionaries({"document": DOCUMENTS}, optional={"caption": WORDS}),
    st.fixed_dictionaries({"photo": st.lists(SIZES, min_size=1, max_size=3)}, optional={"caption": WORDS}),
    st.fixed_dictionaries({"dice": st.just({"emoji": "🎲", "value": 3})}),
)
HEADS = st.fixed_dictionaries({"message_id": IDS, "date": st.integers(1, 2**31), "chat": CHATS, "from": PEOPLE})
MESSAGES = st.builds(lambda head, content: {**head, **content}, HEADS, CONTENT)
TAPS = st.fixed_dictionaries(
    {"id": WORDS, "from": PEOPLE, "chat_instance": WORDS, "data": WORDS}, optional={"message": HEADS}
)
UPDATES = st.one_of(
    st.fixed_dictionaries({"update_id": IDS, "message": MESSAGES}),
    st.fixed_dictionaries({"update_id": IDS, "callback_query": TAPS}),
    st.fixed_dictionaries({"update_id": IDS, "something_new": st.dictionaries(WORDS, WORDS, max_size=2)}),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


def as_the_library_reads(body: dict[str, object]) -> tuple[object, ...]:
    """Who, where, which message, which words, which file: by python-telegram-bot."""
    update = telegram.Update.de_json(body, None)
    query, message = update.callback_query, update.effective_message
    if query is not None:
        return (
            update.update_id, str(query.from_user.id), str(message.chat.id) if message else "",
            message.message_id if message else 0, query.data, query.id, None,
        )  # fmt: skip
    if message is None or message.from_user is None:
        return (update.update_id, "", "", 0, "", "", None)
    file = message.document or (message.photo[-1] if message.photo else None)
    words = message.text or message.caption or ""
    account = str(message.from_user.id)
    file_id = file.file_id if file else None
    return update.update_id, account, str(message.chat.id), message.message_id, words, "", file_id


def as_we_read(body: object) -> tuple[object, ...]:
    """The same, by us."""
    read = read_update(body)
    file = read.file.id if read.file else None
    return read.id, read.account, read.chat, read.message, read.text, read.query, file


@given(UPDATES)
def test_both_readings_are_the_same(body: dict[str, object]) -> None:
    assert as_we_read(json.loads(json.dumps(body))) == as_the_library_reads(body)


@given(st.dictionaries(st.sampled_from(["message", "callback_query", "update_id", "poll"]), JSON), IDS)
def test_no_update_breaks_the_reading(body: dict[str, object], number: int) -> None:
    assert read_update({**body, "update_id": number}).id == number


@given(JSON)
def test_what_is_no_update_is_told_from_one(body: object) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("update_id"), int):
        with pytest.raises(NotAnUpdate):
            read_update(body)


def test_only_a_chat_with_the_bot_alone_is_private() -> None:
    head = {"message_id": 5, "date": 1, "from": {"id": 42, "is_bot": False, "first_name": "王"}, "text": "请假"}
    alone = read_update({"update_id": 1, "message": {**head, "chat": {"id": 42, "type": "private"}}})
    assert alone == Update(1, "said", "42", "42", True, 5, "请假")
    for chat in ({"id": -42, "type": "group"}, {"id": 43, "type": "private"}):
        assert not read_update({"update_id": 1, "message": {**head, "chat": chat}}).private
    bot = {"id": 42, "is_bot": True, "first_name": "另一个机器人"}
    assert read_update({"update_id": 1, "message": {**head, "from": bot, "chat": {"id": 42, "type": "private"}}}) == (
        Update(1)
    )
    nowhere = read_update({"update_id": 1, "message": {**head, "chat": {"id": True, "type": "supergroup"}}})
    assert nowhere == Update(1)
