"""Updates of every shape at the webhook, from strangers and from a colleague: nothing breaks, leaks or moves."""

import json
from typing import Any

import pytest

from tests.attack.chance import EVENTS, Chance
from tests.attack.siege import CANARY, PAPER, STRANGER, TOLD_TOO_MUCH, Siege
from tests.stories.telegram_office import SECRET

pytestmark = pytest.mark.asyncio(loop_scope="module")
HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
NOBODY = 9001
CARRIED: tuple[dict[str, Any], ...] = (
    {"text": "请假"},
    {"text": "/start x"},
    {"text": "待办"},
    {"text": "登录"},
    {"caption": "x", "photo": [{"file_id": "p", "file_size": 9}]},
    {"document": {"file_id": "none", "file_name": "../../x.pdf", "file_size": 12}},
    {"voice": {"file_id": "v", "duration": 3}},
    {"sticker": {"file_id": "s"}},
    {"location": {"latitude": 1.5, "longitude": 2.5}},
    {"text": "转发", "forward_origin": {"type": "user"}},
)


def update_of(chance: Chance, siege: Siege, number: int, account: int) -> Any:  # noqa: ANN401  anything JSON can say
    """An update as Telegram would send it, bent in one to three places."""
    sender = {"id": account, "is_bot": False, "first_name": chance.text()}
    chat = {"id": account, "type": "private"} if not chance.happens(one_in=6) else {"id": -77, "type": "supergroup"}
    message = {"message_id": 1 + chance.below(400), "date": 1_700_000_000, "chat": chat, "from": sender}
    if chance.happens(one_in=2):
        press = chance.one(
            (*siege.presses, chance.bent(chance.one(siege.presses)), f"file:{siege.case}", f"file:{PAPER}")
        )
        query = {"id": siege.office.api.new_query(), "from": sender, "message": message, "data": press}
        update: dict[str, Any] = {"update_id": number, "callback_query": query}
    else:
        carried = dict(chance.one(CARRIED))
        if "text" in carried and chance.happens(one_in=2):
            carried["text"] = chance.text()
        update = {"update_id": number, "message": {**message, **carried}}
    return update if chance.happens(one_in=4) else chance.bent_tree(update)


async def test_whatever_telegram_is_made_to_bring(besieged: Siege, bugs: list[str]) -> None:
    office, matter = besieged.office, besieged.matter
    await office.bind(STRANGER)
    accounts = (office.phone(STRANGER).account, office.phone(STRANGER).account, NOBODY)
    for event in range(EVENTS // 2):
        chance = Chance("telegram", event)
        account = chance.one(accounts)
        update = update_of(chance, besieged, 900_000 + event, account)
        body = json.dumps(update).encode()
        if chance.happens(one_in=10):
            body = chance.bent(body.decode()).encode("utf-8", "surrogatepass")
        told = await besieged.wire.ask("/telegram", method="POST", headers=HEADER, body=body)
        await office.settle()
        assert told.status in (200, 400), f"{chance.name}: {told.status}"
        assert told.body == "", f"{chance.name}: {told.body}"
        assert bugs == [], f"{chance.name}: {body[:2000]!r}"
        assert besieged.matter == matter, chance.name
    heard = besieged.overheard() + "\n".join(office.api.answers.values())
    assert CANARY not in heard
    chats = (office.phone(STRANGER).chat, office.api.chat(NOBODY))
    assert not any(shown.file for chat in chats for shown in chat.messages.values())
    assert not TOLD_TOO_MUCH.search(heard.replace("x.pdf", ""))
    assert besieged.sound()
