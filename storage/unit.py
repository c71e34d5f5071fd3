"""One unit of work over everything the office keeps, put together from its parts."""

from flows.approval.outcome import Outcome
from storage.boxes import Boxes
from storage.cases import Cases
from storage.console import Console
from storage.delegations import Delegations
from storage.delivery import Delivery
from storage.drafts import Drafts
from storage.files import Files
from storage.history import History
from storage.passes import Passes
from storage.search import Search
from storage.timers import Timers
from storage.vehicles import Vehicles


class Unit(Cases, Timers, History, Delegations, Delivery, Boxes, Console, Drafts, Files, Passes, Search, Vehicles):
    """What a unit-of-work function is given; whatever it writes becomes true together, or not at all."""

    def finish(self) -> None:
        """Write what was put off to the end; whoever runs units calls it when one has done its work."""
        self.console_write()

    def keep(self, outcome: Outcome) -> None:
        """Keep the outcome and what it did elsewhere: journal, projection, timers, ledger, registers, leave, notices.

        Nothing of it is kept where it raises, even if the caller goes on with the unit.

        Raises:
            AlreadyDone: somebody kept another outcome of the same revision first.
            UnknownCase: the case was never filed.
            Refused: another live case holds a half day of the leave, or the car or the driver of the trip.
        """
        with self.console_undone(), self.db.savepoint():
            for each in (outcome, *outcome.also):
                self._keep(each)

    def _keep(self, outcome: Outcome) -> None:
        case, effects = outcome.case, outcome.effects
        at = outcome.entries[-1].at if outcome.entries else self.now
        notices = tuple(dict.fromkeys((*outcome.notices, *effects.notices)))
        self.write_case(case, outcome.entries)
        self.set_timers(case, effects.timers)
        self.write_ledger(effects.ledger, case.id, at)
        self.keep_rows(effects.rows, case.id, at)
        if effects.leave is not None:
            self.keep_leave(case, effects.leave)
        if effects.trip is not None:
            self.keep_trip(effects.trip)
        self.concern(case.id, (notice.to for notice in notices if notice.kind in ("tell", "nudge")), "told", at)
        self.concern(case.id, (notice.to for notice in notices if notice.kind == "ask"), "asked", at)
        self.notify(case, notices, at)
