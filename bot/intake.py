"""What every channel does with an event: one unit of work; a refusal is said in a second one, the first undone."""

import logging
from collections.abc import Callable

from bot.logs import tell
from bot.metrics import Metrics
from flows.errors import Classified, Refused, UnknownCase
from handlers.events import Answer, Inbound
from handlers.ports import Desk
from handlers.router import on_inbound, on_refused
from storage.unit import Unit
from storage.work import Work

Beside = Callable[[Unit], None]
"""Something a channel keeps together with an event, for example the line its sender sees as said."""
_log = logging.getLogger("banshi.intake")


def nothing_beside(_unit: Unit) -> None:
    """The channel keeps nothing of its own."""


class Intake:
    """Takes events in and says what they are answered."""

    def __init__(self, work: Work, desk: Callable[[], Desk], metrics: Metrics) -> None:
        self._work = work
        self._desk = desk
        self._metrics = metrics

    async def take(self, inbound: Inbound, beside: Beside = nothing_beside) -> Answer:
        """Carry one event out, everything it means kept when this returns.

        `beside` runs in the same unit, before the event; nothing is kept of what carries a classified marking.
        """
        desk = self._desk()

        def carry_out(unit: Unit) -> Answer:
            beside(unit)
            return on_inbound(unit, desk, inbound)

        try:
            answer = await self._work.run(carry_out)
        except Refused as refusal:
            answer = await self._refused(desk, inbound, beside, refusal)
            self._told(inbound, type(refusal).__name__)
        else:
            self._told(inbound, "done")
        return answer

    async def _refused(self, desk: Desk, inbound: Inbound, beside: Beside, refusal: Refused) -> Answer:
        def say_so(unit: Unit) -> Answer:
            if isinstance(refusal, UnknownCase):
                unit.log_access(inbound.person, inbound.what, desk.now)
            if inbound.what != "tap" and not isinstance(refusal, Classified):
                beside(unit)
            return on_refused(unit, desk, inbound, refusal)

        return await self._work.run(say_so)

    def _told(self, inbound: Inbound, outcome: str) -> None:
        self._metrics.count("banshi_events_total", channel=inbound.channel, kind=inbound.what, outcome=outcome)
        tell(_log, "event", channel=inbound.channel, kind=inbound.what, person=inbound.person, outcome=outcome)
