"""The office behind Telegram: one update taken in, everything it means kept, then answered.

    classified? ─► bound and active? ─► one unit of work ─► the tap is answered ─► the outbox says the rest

Whoever is unbound or no longer in the office gets one hint, and nothing else. Whatever happens in a group or under
somebody else's message does nothing and is noted.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine
from weakref import WeakValueDictionary

from bot.access import Access, asks_for_link, bind
from bot.channels.base import SendError
from bot.channels.console_names import safe_name, safe_text
from bot.channels.telegram import CHANNEL, TelegramSender
from bot.channels.telegram_api import TelegramApi, TooLarge
from bot.channels.telegram_updates import Update
from bot.intake import Intake
from bot.logs import tell, tell_bug
from bot.uploads import LIMIT, Uploads
from bot.uploads import TooLarge as UploadTooLarge
from flows.conversation.commands import FAMILY_WORDS
from flows.errors import UnknownCase
from flows.procedure.model import Json
from flows.records import StoredFile
from flows.secrecy import marking
from handlers import queries
from handlers.events import Answer, Inbound
from handlers.gather import procedures_of
from handlers.ports import Desk
from handlers.router import UNBOUND
from handlers.secrecy import marked
from storage.unit import Unit
from storage.work import Work

_KEYBOARD = (("待办", "我的申请"), ("办事", "帮助"))
_UNREADABLE = "这里只收文字、图片和文件，这条没有收下。请改用文字说，或发图片、文件。"
_TOO_LARGE = "附件超过 10 MB，没有收下。请压缩后再发。"
_NOT_FETCHED = "附件没有收到，请再发一次。"
_NO_FILE = "没有找到这个附件，或它与您无关。"
_ELSEWHERE = "请在您与办事机器人的单独对话里办理，这里的按钮不起作用。"
_GROUP = "办事只在您与我的单独对话里进行：请点我的头像，发“开始”。"
_APOLOGY = "抱歉，系统出了问题，这一步可能没有完成。请过一会儿再试；还不行，请告诉办公室管理员。"
_PARTING = 5.0
_ACTS = ("do:", "set:", "sure:", "count:")
_log = logging.getLogger("banshi.telegram")


class _SomebodyElse(Exception):
    """The account does not speak for whom it was thought to."""


class TelegramDesk:
    """Takes updates in."""

    def __init__(
        self,
        work: Work,
        desk: Callable[[], Desk],
        intake: Intake,
        uploads: Uploads,
        *,
        api: TelegramApi,
        sender: TelegramSender,
        access: Access,
    ) -> None:
        self._work = work
        self._desk = desk
        self._intake = intake
        self._uploads = uploads
        self._api = api
        self._sender = sender
        self._access = access
        self._answers: set[asyncio.Task[None]] = set()
        self._speakers: dict[str, str] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def take(self, update: Update) -> None:
        """Carry an update out; everything it means is kept when this returns, its answer is on its way.

        Raises:
            The failures of its `Work`: the database cannot keep it; it has to come again.
        """
        if update.kind == "other":
            tell(_log, "update left alone", level=logging.DEBUG, update=update.id)
            return
        # A file is fetched before it is taken in; what its sender says meanwhile is taken in after it.
        async with self._turns.setdefault(update.account, asyncio.Lock()):
            await self._take_in_turn(update)

    async def _take_in_turn(self, update: Update) -> None:
        if marking(update.text) or (update.file is not None and marking(update.file.name)):
            await self._classified(update)
        elif not update.private:
            await self._elsewhere(update)
        else:
            await self._in_private(update)

    async def sorry(self, update: Update, bug: Exception) -> None:
        """An update broke on a bug of ours: one log line, one apology; it is not tried again."""
        tell_bug(_log, "update failed", bug, update=update.id)
        if update.query:
            self._later(self._api.answer(update.query, _APOLOGY, alert=True))
        elif update.private:
            self._say(update, _APOLOGY)

    async def settle(self) -> None:
        """Return when every answer on its way has arrived or failed."""
        while self._answers:
            await asyncio.wait(self._answers)

    async def stop(self) -> None:
        """Give answers on their way a moment."""
        if self._answers:
            await asyncio.wait(self._answers, timeout=_PARTING)
        for task in self._answers:
            task.cancel()

    def _later(self, answer: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(self._answer(answer))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, answer: Coroutine[object, object, None]) -> None:
        """Telegram's refusal of an answer (a tap too old, a message gone) changes nothing that was decided."""
        try:
            await answer
        except SendError as error:
            tell(_log, "answer not shown", level=logging.WARNING, error=error.word)
        except Exception as bug:  # noqa: BLE001  nobody waits for this task: it has to be told here
            tell_bug(_log, "answer failed", bug)

    def _say(self, update: Update, words: str) -> None:
        self._later(self._sender.say(update.chat, words))

    async def _note(self, update: Update, person: str, what: str) -> bool:
        """Note that this was tried; false where the same update was noted before."""
        now = self._desk().now

        def note(unit: Unit) -> bool:
            new = unit.first_time(_key(update), now)
            if new:
                unit.log_access(person or f"{CHANNEL}:{update.account}", what, now)
            return new

        return await self._work.run(note)

    async def _classified(self, update: Update) -> None:
        """Only time and person are kept; the message is deleted where Telegram lets us."""
        person = await self._who(update)
        new = await self._note(update, person, "classified")
        self._forget(update)
        if new and update.private:
            self._say(update, marked(self._desk()))

    def _forget(self, update: Update) -> None:
        self._later(self._api.delete(update.chat, update.message))

    async def _elsewhere(self, update: Update) -> None:
        """A group, or a card passed on: nothing is done there."""
        if update.kind == "pressed":
            await self._note(update, await self._who(update), f"tap:{update.text}")
            self._later(self._api.answer(update.query, _ELSEWHERE, alert=True))
        elif update.text.startswith("/") and await self._note(update, await self._who(update), "group"):
            self._say(update, _GROUP)

    async def _who(self, update: Update) -> str:
        """The active person the account speaks for (empty: none)."""
        bound = await self._work.run(lambda unit: unit.bound(CHANNEL, update.account))
        found = self._desk().office.people.get(bound)
        return bound if found is not None and found.active else ""

    async def _in_private(self, update: Update) -> None:
        word, _, shown = update.text.strip().partition(" ")
        if update.kind == "said" and word == "/start" and shown.strip():
            await self._bind(update, shown.strip())
            return
        while True:
            try:
                await self._as_somebody(update, await self._speaker(update))
            except _SomebodyElse:
                self._speakers.pop(update.account, None)
            else:
                return

    async def _speaker(self, update: Update) -> str:
        """Who the account spoke for when it was last asked for; whatever is taken in finds out if it no longer does."""
        known = self._speakers.get(update.account, "")
        if not known or _asks_for_access(update):
            known = self._speakers[update.account] = await self._who(update)
        return known

    async def _as_somebody(self, update: Update, person: str) -> None:
        if not person:
            await self._stranger(update)
        elif update.kind == "pressed":
            await self._pressed(update, person)
        elif update.kind == "sent":
            await self._sent(update, person)
        elif update.kind == "said":
            await self._said(update, person, safe_text(update.text), _key(update))
        else:
            self._say(update, _UNREADABLE)

    async def _stranger(self, update: Update) -> None:
        new = await self._note(update, "", f"tap:{update.text}" if update.kind == "pressed" else "unbound")
        if update.query:
            self._later(self._api.answer(update.query, UNBOUND, alert=True))
        elif new:
            self._say(update, UNBOUND)

    async def _bind(self, update: Update, shown: str) -> None:
        """The link's `/start`: bound once, and greeted with the words to pick."""
        desk = self._desk()

        def take(unit: Unit) -> tuple[str, str] | None:
            if not unit.first_time(_key(update), desk.now):
                return None
            return bind(unit, desk, channel=CHANNEL, account=update.account, shown=shown)

        taken = await self._work.run(take)
        if taken is None:
            return
        person, words = taken
        self._later(self._sender.say(update.chat, words, _keyboard(desk) if person else ()))
        if person:
            await self._take(Inbound(CHANNEL, f"{_key(update)}:hello", person, "text", "/start"), update)

    async def _said(self, update: Update, person: str, text: str, key: str) -> None:
        words = await self._access.asked(person, text, key)
        if words is None:
            await self._take(Inbound(CHANNEL, key, person, "text", text), update)
        elif words:
            self._say(update, words)

    async def _pressed(self, update: Update, person: str) -> None:
        name, _, rest = update.text.partition(":")
        if name == "file":
            await self._open(update, person, rest)
            return
        answer = await self._take(Inbound(CHANNEL, _key(update), person, "tap", update.text), update)
        self._later(self._api.answer(update.query, answer.text, alert=not answer.ok))
        if not answer.ok and update.text.startswith(_ACTS) and not await self._living(update, person):
            self._later(self._api.take_buttons(update.chat, update.message))

    async def _living(self, update: Update, person: str) -> bool:
        """Whether the message is a copy of a card we keep current; one whose sending was never answered is not."""
        shown = f"{update.chat}:{update.message}"
        return await self._work.run(lambda unit: unit.shows_card(person, CHANNEL, shown))

    async def _sent(self, update: Update, person: str) -> None:
        """A file and the words sent with it, as one event."""
        assert update.file is not None
        name, file_id = safe_name(update.file.name), update.file.id
        if update.file.size > LIMIT:
            self._say(update, _TOO_LARGE)
            return
        try:
            kept = await self._uploads.keep(self._api.file(file_id, LIMIT))
        except (TooLarge, UploadTooLarge):
            self._say(update, _TOO_LARGE)
            return
        except SendError as error:
            tell(_log, "file not fetched", level=logging.WARNING, update=update.id, error=error.word)
            self._say(update, _NOT_FETCHED)
            return
        file = StoredFile(_file_id(update, kept.sha256), name, kept.size, kept.sha256, person)
        known: dict[str, Json] = {"id": file.id, "name": name, "size": file.size, "sha256": file.sha256}
        inbound = Inbound(CHANNEL, _key(update), person, "file", safe_text(update.text), known)
        await self._take(inbound, update, file)

    async def _open(self, update: Update, person: str, file_id: str) -> None:
        """An attachment, for whoever may see it."""
        desk = self._desk()
        try:
            found = await self._work.run(lambda unit: unit.file(queries.file_for(unit, desk, file_id, person)))
        except UnknownCase:
            found = None
        if found is None or not self._uploads.has(found.sha256):
            await self._note(update, person, f"file:{file_id}")
            self._later(self._api.answer(update.query, _NO_FILE, alert=True))
            return
        self._later(self._api.answer(update.query))
        self._later(self._hand_over(update.chat, found))

    async def _hand_over(self, chat: str, file: StoredFile) -> None:
        content = b"".join([piece async for piece in self._uploads.read(file.sha256)])
        await self._sender.send_file(chat, file.name, content)

    async def _take(self, inbound: Inbound, update: Update, file: StoredFile | None = None) -> Answer:
        """The event carried out with its file.

        Raises:
            _SomebodyElse: in that very unit the account no longer speaks for the person; nothing was done.
        """

        def beside(unit: Unit) -> None:
            if unit.bound(CHANNEL, update.account) != inbound.person:
                raise _SomebodyElse

        return await self._intake.take(inbound, beside, lambda: self._forget(update), file=file)


def _keyboard(desk: Desk) -> tuple[tuple[str, ...], ...]:
    """The words to pick above the input: what this office runs, and what everybody needs."""
    run = {procedure.family for _, procedure in procedures_of(desk)}
    begun = tuple(word for family, word in FAMILY_WORDS.items() if family in run)
    return (begun, *_KEYBOARD) if begun else _KEYBOARD


def _asks_for_access(update: Update) -> bool:
    """What is answered from who the sender is without being taken in as an event: a file to open, a link."""
    return update.text.startswith("file:") if update.kind == "pressed" else asks_for_link(update.text)


def _key(update: Update) -> str:
    return f"{CHANNEL}:{update.id}"


def _file_id(update: Update, sha256: str) -> str:
    """The same for the same update: one that is brought again is no second file."""
    return hashlib.sha256(f"{_key(update)}:{sha256}".encode()).hexdigest()[:16]
