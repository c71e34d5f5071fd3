"""Timers: each is carried out at its moment, in a unit of work of its own.

A timer that fails is left where it is and tried again after a while; it holds back no other.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.bell import Bell
from bot.logs import tell, tell_bug
from bot.metrics import Metrics
from flows.records import DueTimer
from handlers.nudging import on_timer
from handlers.ports import Clock, Desk
from storage.unit import Unit
from storage.work import Work

_AGAIN = timedelta(minutes=5)
_PAUSE = timedelta(seconds=5)
_log = logging.getLogger("banshi.scheduler")


class Scheduler:
    """Carries out due timers."""

    def __init__(self, work: Work, desk: Callable[[], Desk], clock: Clock, metrics: Metrics) -> None:
        self._work = work
        self._desk = desk
        self._clock = clock
        self._metrics = metrics
        self._bell = Bell()
        self._failed: dict[int, datetime] = {}

    def ring(self) -> None:
        """A timer may have been set."""
        self._bell.ring()

    async def run(self) -> None:
        """Carry out timers until cancelled."""
        while True:
            await self._bell.sleep(await self._round(), self._clock.now())

    async def _round(self) -> datetime | None:
        """Carry out what is due; returns when to look again."""
        try:
            due = await self._next_at()
            if due is not None and due <= self._clock.now():
                await self.settle()
                due = await self._next_at()
        except Exception as bug:  # noqa: BLE001  the loop outlives a full disk; the timers wait
            tell_bug(_log, "timer round failed", bug)
            return self._clock.now() + _PAUSE
        # One that is due and was not given to us either failed here or is in another process's hands.
        passed = due is not None and due <= self._clock.now()
        return min(self._failed.values(), default=self._clock.now() + _PAUSE) if passed else due

    async def _next_at(self) -> datetime | None:
        return await self._work.run(lambda unit: unit.next_timer_at())

    async def settle(self) -> int:
        """Carry out every timer that is due now; returns how many were."""
        now = self._clock.now()
        self._failed = {timer: again for timer, again in self._failed.items() if again > now}
        done = 0
        while await self._next():
            done += 1
        return done

    async def _next(self) -> bool:
        """Carry out one due timer; whether there was one."""
        tried: list[DueTimer] = []
        try:
            await self._work.run(lambda unit: self._carry_out(unit, tried))
        except Exception as bug:
            if not tried:
                raise
            self._failed[tried[0].id] = self._clock.now() + _AGAIN
            tell_bug(_log, "timer failed", bug, timer=tried[0].id, case=tried[0].case_id, kind=tried[0].kind)
        for timer in tried:
            outcome = "failed" if timer.id in self._failed else "done"
            self._metrics.count("banshi_timers_total", kind=timer.kind, outcome=outcome)
            tell(_log, "timer", timer=timer.id, case=timer.case_id, kind=timer.kind, outcome=outcome)
        return bool(tried)

    def _carry_out(self, unit: Unit, tried: list[DueTimer]) -> None:
        tried.clear()
        for timer in unit.due_timers(self._clock.now(), len(self._failed) + 1):
            if timer.id not in self._failed:
                tried.append(timer)
                on_timer(unit, self._desk(), timer)
                return
