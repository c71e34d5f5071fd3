"""What every channel does with an event: one unit of work; a refusal is said in a second one, the first undone.

What carries a doubtful word (design section 6) is held in memory until its sender has said whether it is classified:
it is kept nowhere else before, and a process that ended meanwhile asks for it again.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.logs import tell
from bot.metrics import Metrics
from flows.conversation.wording import folded
from flows.errors import Classified, Doubtful, Refused, UnknownCase
from flows.records import StoredFile
from handlers import secrecy
from handlers.events import Answer, Inbound
from handlers.ports import Desk
from handlers.router import on_inbound, on_refused
from storage.unit import Unit
from storage.work import Work

Beside = Callable[[Unit], None]
"""Something a channel keeps together with an event, for example the line its sender sees as said."""
Forget = Callable[[], None]
"""Has the channel delete the message, where its platform lets it."""
_HELD_FOR = timedelta(hours=1)
_HELD_MOST = 1000
_SAID = {"是": secrecy.YES, "是的": secrecy.YES, "涉密": secrecy.YES, "不是": secrecy.NO, "否": secrecy.NO}
_log = logging.getLogger("banshi.intake")


def nothing_beside(_unit: Unit) -> None:
    """The channel keeps nothing of its own."""


def nothing_to_forget() -> None:
    """The channel cannot delete what was said."""


@dataclass(frozen=True, slots=True)
class _Held:
    """An event with what goes with it; one that waits for its sender's word waits until then."""

    inbound: Inbound
    beside: Beside
    forget: Forget
    until: datetime
    file: StoredFile | None = None


class Intake:
    """Takes events in and says what they are answered."""

    def __init__(self, work: Work, desk: Callable[[], Desk], metrics: Metrics, drop: Callable[[str], None]) -> None:
        self._work = work
        self._desk = desk
        self._metrics = metrics
        self._drop = drop
        self._held: dict[str, _Held] = {}

    async def take(
        self,
        inbound: Inbound,
        beside: Beside = nothing_beside,
        forget: Forget = nothing_to_forget,
        *,
        file: StoredFile | None = None,
    ) -> Answer:
        """Carry one event out, everything it means kept when this returns.

        `beside` runs in the same unit, before the event; nothing is kept of what carries a classified marking, nor of
        what its sender declares to be classified: then `forget` is called as well. The `file` it brings is known of
        only where the event is carried out; else its bytes are deleted.
        """
        desk = self._desk()
        held = await self._answered(inbound, desk.now)
        if held is None:
            return await self._carry_out(desk, _Held(inbound, beside, forget, desk.now + _HELD_FOR, file))
        if inbound.text == secrecy.YES or _said(inbound) == secrecy.YES:
            held.forget()
            await self._let_go(held.file)
            said = replace(inbound, what="tap", text=secrecy.YES)
            return await self._carry_out(desk, replace(held, inbound=said, beside=beside, forget=forget, file=None))
        cleared = replace(held.inbound, key=inbound.key, cleared=True)

        def both(unit: Unit) -> None:
            beside(unit)
            held.beside(unit)

        return await self._carry_out(desk, replace(held, inbound=cleared, beside=both))

    async def _answered(self, inbound: Inbound, now: datetime) -> _Held | None:
        """What the event answers the question about; whatever comes instead of an answer ends the holding."""
        held = self._held.pop(inbound.person, None)
        pressed = inbound.text if inbound.what == "tap" else _said(inbound)
        if held and now < held.until and pressed in (secrecy.YES, secrecy.NO):
            return held
        if held:
            await self._let_go(held.file)
        return None

    async def _let_go(self, file: StoredFile | None) -> None:
        """Have the bytes of an upload deleted that nothing kept knows of."""
        if file is not None and not await self._work.run(lambda unit: unit.knows_bytes(file.sha256)):
            await asyncio.to_thread(self._drop, file.sha256)

    async def _carry_out(self, desk: Desk, one: _Held) -> Answer:
        """Carry it out; where it carries a doubtful word, hold it and ask."""
        inbound = one.inbound

        def carry_out(unit: Unit) -> Answer:
            secrecy.ask_first(unit, desk, inbound)
            one.beside(unit)
            if one.file is not None:
                unit.keep_file(one.file)
            return on_inbound(unit, desk, inbound)

        try:
            answer = await self._work.run(carry_out)
        except Refused as refusal:
            if isinstance(refusal, Doubtful):
                await self._hold(one, desk.now)
            else:
                await self._let_go(one.file)
            answer = await self._refused(desk, inbound, one.beside, refusal)
            self._told(inbound, type(refusal).__name__)
        else:
            self._told(inbound, "done")
        return answer

    async def _hold(self, held: _Held, now: datetime) -> None:
        """Hold it; what was not answered in time goes, and where there are too many the oldest."""
        over = [person for person, one in self._held.items() if one.until <= now]
        if len(self._held) - len(over) >= _HELD_MOST:
            over.append(next(person for person in self._held if person not in over))
        gone = [self._held.pop(person) for person in over]
        self._held[held.inbound.person] = held
        for one in gone:
            await self._let_go(one.file)

    async def _refused(self, desk: Desk, inbound: Inbound, beside: Beside, refusal: Refused) -> Answer:
        def say_so(unit: Unit) -> Answer:
            if isinstance(refusal, UnknownCase):
                unit.log_access(inbound.person, inbound.what, desk.now)
            if inbound.what != "tap" and not isinstance(refusal, (Classified, Doubtful)):
                beside(unit)
            return on_refused(unit, desk, inbound, refusal)

        return await self._work.run(say_so)

    def _told(self, inbound: Inbound, outcome: str) -> None:
        self._metrics.count("banshi_events_total", channel=inbound.channel, kind=inbound.what, outcome=outcome)
        tell(_log, "event", channel=inbound.channel, kind=inbound.what, person=inbound.person, outcome=outcome)


def _said(inbound: Inbound) -> str:
    """The answer to the question that a typed word is, empty where it is none."""
    return _SAID.get(folded(inbound.text).rstrip("。.!"), "") if inbound.what == "text" else ""
