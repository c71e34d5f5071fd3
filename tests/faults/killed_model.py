"""What the office must have kept and shown after its kills, told from what it had acknowledged, and what differs.

A request that was acknowledged is one case. A visit that somebody acted on was ended once: by that act, or by the
applicant who took the request back. Whatever the journal tells was done by somebody we know of. Each decision was told
once where the channel knows the message by a key (console); in Telegram as often as the outbox says it was tried.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.channels.telegram_text import lay_out
from bot.service import House
from flows.cards import Card, Message
from handlers.queries import card_for
from storage.connection import Row
from storage.console import case_of
from storage.unit import Unit
from storage.verify import verify
from tests.fakes.bot_api import BotApi, Shown
from tests.faults.killed_people import Deed, Told

_TOOK_EFFECT = {"agree": "已同意。", "execute": "已办理。", "withdraw": "已撤回。"}
_DONE = {"agree": "agree", "execute": "done", "refuse": "refuse"}
_ACTS = ("do:agree:", "do:execute:", "do:refuse:", "do:send_back:")


@dataclass
class Findings:
    """What was counted, and everything that is not as it must be, one sentence each."""

    cases: int = 0
    decisions: int = 0
    tried_again: int = 0
    shown_again: int = 0
    copies: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    told_twice: list[str] = field(default_factory=list)
    not_converged: list[str] = field(default_factory=list)
    not_verified: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Everything that is wrong."""
        return (*self.lost, *self.doubled, *self.told_twice, *self.not_converged, *self.not_verified)


@dataclass(frozen=True)
class Journal:
    """The acts of all cases: who ended which visit how, and who took a request back."""

    ended: dict[tuple[str, int], list[tuple[str, str]]]
    withdrawn: Counter[str]

    @classmethod
    def of(cls, unit: Unit) -> "Journal":
        """The journals as they are kept."""
        ended: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
        withdrawn: Counter[str] = Counter()
        for row in unit.db.rows("SELECT case_id, actor, act, data FROM journal ORDER BY id"):
            if row["act"] == "withdrawn":
                withdrawn[row["case_id"]] += 1
            elif row["act"] == "done":
                data = json.loads(row["data"])
                ended[row["case_id"], data["visit"]].append((row["actor"], data["decision"]))
        return cls(ended, withdrawn)


def look(unit: Unit, house: House, api: BotApi, told: Told) -> Findings:
    """Compare the database and Telegram with what people were told."""
    found, journal = Findings(), Journal.of(unit)
    _requests(unit, told, found)
    _deeds(journal, told, found)
    _nothing_else(journal, told, found)
    _tellings(unit, api, found)
    found.copies = int(unit.db.value("SELECT COUNT(*) FROM cards"))
    found.not_converged += copies_astray(unit, house, api)
    found.not_verified += [f"{each.case_no}: {each.text}" for each in verify(unit).differences]
    return found


def _requests(unit: Unit, told: Told, found: Findings) -> None:
    found.cases = int(unit.db.value("SELECT COUNT(*) FROM cases"))
    for reason, person in told.filed.items():
        cases = unit.db.value(
            "SELECT COUNT(*) FROM cases WHERE applicant = :person AND id IN"
            " (SELECT case_id FROM contents WHERE body = :reason)",
            person=person,
            reason=reason,
        )
        if cases != 1:
            (found.doubled if cases else found.lost).append(f"{reason}: {cases} cases")
    if found.cases > len(told.filed):
        found.doubled.append(f"{found.cases} cases of {len(told.filed)} requests")


def _deeds(journal: Journal, told: Told, found: Findings) -> None:
    found.decisions = len(told.deeds)
    for deed in told.deeds:
        times = _times(journal, deed)
        sure = deed.answer == _TOOK_EFFECT.get(deed.verb, "-")
        if times > 1:
            found.doubled.append(f"{deed}: kept {times} times")
        elif times == 0 and (sure or not _somebody_else(journal, deed)):
            found.lost.append(str(deed))


def _times(journal: Journal, deed: Deed) -> int:
    if deed.verb == "withdraw":
        return journal.withdrawn[deed.case]
    return journal.ended[deed.case, deed.visit].count((deed.person, _DONE[deed.verb]))


def _somebody_else(journal: Journal, deed: Deed) -> bool:
    """Whether another act came first: a taken back request is not decided, a decided one is not taken back."""
    if deed.verb == "withdraw":
        return any(case == deed.case and visit > 0 and acts for (case, visit), acts in journal.ended.items())
    return journal.withdrawn[deed.case] == 1


def _nothing_else(journal: Journal, told: Told, found: Findings) -> None:
    """Nobody did what we do not know of, and no visit ended twice."""
    known = {(deed.case, deed.visit, deed.person) for deed in told.deeds}
    for (case, visit), acts in journal.ended.items():
        if len(acts) > 1:
            found.doubled.append(f"{case}, visit {visit}: {acts}")
        found.doubled += [
            f"{case}, visit {visit}: {who}?" for who, _ in acts if visit and (case, visit, who) not in known
        ]


def _tellings(unit: Unit, api: BotApi, found: Findings) -> None:
    """Every telling has arrived, once by its key or as often as it was tried."""
    for row in unit.db.rows("SELECT person, status, id FROM outbox WHERE status NOT IN ('sent', 'superseded')"):
        found.not_converged.append(f"outbox {row['id']} to {row['person']}: {row['status']}")
    rows = unit.db.rows(
        "SELECT outbox.person, outbox.channel, words, SUM(attempts) AS tried, COUNT(*) AS rows, account FROM outbox"
        " JOIN bindings ON bindings.person = outbox.person AND bindings.channel = outbox.channel"
        " WHERE notice = 'tell' GROUP BY outbox.person, outbox.channel, words, account"
    )
    lines = Counter(_lines(unit))
    for row in rows:
        if row["channel"] == "console":
            shown, most = lines[row["person"], row["words"]], 1
        else:
            chat = api.chat(int(row["account"]))
            shown, most = sum(message.text == row["words"] for message in chat.messages.values()), row["tried"]
            found.tried_again += row["tried"] - 1
            found.shown_again += shown - 1
        if row["rows"] > 1 or not 1 <= shown <= most:
            found.told_twice.append(f"{row['person']} in {row['channel']}: {row['words']} {shown} times, tried {most}")


def _lines(unit: Unit) -> Iterator[tuple[str, str]]:
    for row in unit.db.rows("SELECT person, body FROM console_messages WHERE direction = 'out'"):
        yield row["person"], json.loads(row["body"]).get("text", "")


def copies_astray(unit: Unit, house: House, api: BotApi) -> list[str]:
    """Every copy of a card that does not say what the case says now, and any older one that still offers an act."""
    rows = unit.db.rows("SELECT * FROM cards ORDER BY case_id, person")
    astray = [
        f"{row['person']} in {row['channel']}: {row['card_key']}, not {card.state_text}"
        for row in rows
        for card in (card_for(unit, house.desk(), row["case_id"], row["person"]),)
        if not _right(unit, api, row, card)
    ]
    known = {row["platform_id"] for row in rows if row["channel"] == "telegram"}
    for chat in api.chats.values():
        for message in chat.messages.values():
            if f"{chat.id}:{message.id}" not in known and any(b.data.startswith(_ACTS) for b in message.buttons):
                astray.append(f"{chat.id}: an older copy still offers {message.buttons[0].data}")
    return astray


def _right(unit: Unit, api: BotApi, row: Row, card: Card) -> bool:
    if row["channel"] == "console":
        return _on_console(unit, row["person"], row["card_key"]) == card.case_id
    shown = _in_telegram(api, row["platform_id"])
    return shown is not None and _same_message(card, shown)


def _on_console(unit: Unit, person: str, key: str) -> str:
    """The case whose card the line draws when it is read."""
    sql = "SELECT body FROM console_messages WHERE person = :person AND key = :key"
    body = unit.db.value(sql, person=person, key=key)
    return case_of(json.loads(body)) if body else ""


def _in_telegram(api: BotApi, place: str) -> Shown | None:
    chat, _, number = place.partition(":")
    return api.chat(int(chat)).messages.get(int(number)) if number else None


def _same_message(card: Card, shown: Shown) -> bool:
    laid = lay_out(Message(card=card), lambda entries: entries)
    data = tuple(key.press for row in laid.keys for key in row)
    return card.state_text in shown.text.splitlines()[0] and data == tuple(button.data for button in shown.buttons)
