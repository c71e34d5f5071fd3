"""What a scenario says of things that recur: whom they were told to, and what they counted."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.scenario.reading import Scenario
from flows.procedure.model import Json, Pack, Recurring
from handlers.ports import Desk
from handlers.recurring import items, tally
from storage.outbox import OutboxLine
from storage.unit import Unit


def recurring_in(scenario: Scenario, desk: Desk) -> Iterator[tuple[Pack, Recurring]]:
    """The recurring items the scenario's history speaks of, with their packs."""
    named = {item.get("item") for item in scenario.history if item.get("kind") == "recurring"}
    return ((pack, item) for pack, item in items(desk) if item.entry in named)


def lines_of(scenario: Scenario, desk: Desk, unit: Unit) -> Iterator[OutboxLine]:
    """What was said of them; it tells people something and reminds them of it at once."""
    named = {item.entry for _, item in recurring_in(scenario, desk)}
    for line in unit.outbox_log("") if named else ():
        if line.about in named:
            yield replace(line, kind="tell")
            yield replace(line, kind="nudge")


def figures_in(scenario: Scenario, desk: Desk, unit: Unit) -> Mapping[str, Json]:
    """What they count on the day the run ends."""
    found: dict[str, Json] = {}
    for pack, item in recurring_in(scenario, desk):
        if item.counts:
            found |= tally(unit, pack, item, desk.now)
    return found
