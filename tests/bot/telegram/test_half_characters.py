"""JSON can write half a character, which no database keeps: it is read as a question mark."""

from typing import Any

import pytest

from bot.channels.telegram_updates import Update, read_update

HALF = "x\ud800"
SENDER = {"from": {"id": 7}, "chat": {"id": 7, "type": "private"}, "message_id": 1}


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "message": {**SENDER, "text": HALF}},
        {"update_id": 1, "message": {**SENDER, "document": {"file_id": HALF, "file_name": HALF}, "caption": HALF}},
        {"update_id": 1, "message": {**SENDER, "photo": [{"file_id": HALF}], "caption": HALF}},
        {"update_id": 1, "message": {**SENDER, "voice": {}, "caption": HALF}},
        {"update_id": 1, "callback_query": {**SENDER, "id": HALF, "data": HALF, "message": SENDER}},
    ],
)
def test_every_text_of_an_update_can_be_kept(update: dict[str, Any]) -> None:
    read = read_update(update)
    parts = [read.text, read.query] + ([read.file.id, read.file.name] if read.file else [])
    assert "x?" in parts
    "".join(parts).encode()


def test_what_carries_nothing_says_nothing() -> None:
    assert read_update({"update_id": 1, "message": {**SENDER, "caption": "x"}}) == Update(1, "other", "7", "7", True, 1)
