"""Menus of what can be begun: one button each while there are few, areas where there are many."""

from dataclasses import replace
from datetime import datetime

import pytest

from flows.errors import StaleButton
from handlers.menus import MOST_STARTERS, help_text, show_area, starters, welcome
from handlers.ports import Desk, Rules
from storage.database import MEMORY, open_work
from storage.packs import load_packs
from storage.unit import Unit
from tests.bot.small_house import LIU
from tests.fakes import SHANGHAI, MovableClock
from tests.flows.approval.parts import procedure_of
from tests.proof.town import CALENDAR, OFFICE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)


def desk_of(**families: int) -> Desk:
    """An office whose pack has so many procedures of each family."""
    made = {
        f"{family}_{number}": replace(procedure_of(), id=f"{family}_{number}", name=f"{family}{number}", family=family)
        for family, how_many in families.items()
        for number in range(how_many)
    }
    pack = replace(load_packs()["futian-office"], procedures=made)
    return Desk(OFFICE, Rules({pack.id: pack}, {}), CALENDAR, NOW)


def presses(rows: tuple[tuple[object, ...], ...]) -> list[str]:
    return [getattr(button, "press", "") for row in rows for button in row]


def test_few_have_a_button_each() -> None:
    found = presses(starters(desk_of(leave=3, car=1, seal=2, petition=4), LIU))
    assert len([press for press in found if press.startswith("start:")]) == 10
    assert found[-2:] == ["box:to_approve:1", "box:mine:1"]


def test_many_are_folded_into_areas_those_of_every_day_last() -> None:
    found = presses(starters(desk_of(petition=9, leave=3, car=1, seal=2, archive=5, expense=5), LIU))[:-2]
    assert found[:6] == [
        "start:leave_0",
        "start:leave_1",
        "start:leave_2",
        "start:car_0",
        "start:seal_0",
        "start:seal_1",
    ]
    assert found[6:] == ["area:expense", "area:archive", "area:petition"]
    assert len(found) <= MOST_STARTERS


def test_an_area_shows_its_own_and_leads_back() -> None:
    desk = desk_of(petition=9, leave=9)
    work = open_work(MEMORY, MovableClock(NOW).now)

    def shown(unit: Unit) -> list[list[str]]:
        for name in ("petition", "all"):
            show_area(unit, desk, LIU, name)
        with pytest.raises(StaleButton):
            show_area(unit, desk, LIU, "archive")
        rows = unit.db.rows("SELECT message, words FROM outbox WHERE person = :who ORDER BY id", who=LIU)
        return [[row["words"]] for row in rows]

    told = work.run_sync(shown)
    work.close()
    assert told[0][0].startswith("信访：")
    assert "请选要办的事项" in told[1][0]


def test_what_it_seems_to_be_about_comes_first() -> None:
    desk = desk_of(leave=1, archive=2)
    meant = (desk.rules.current["futian-office"].procedures["archive_1"],)
    message = welcome(desk, LIU, "没有听懂这句话。", meant)
    assert presses(message.buttons)[0] == "start:archive_1"
    assert "是不是要办“archive1”" in message.text


def test_the_help_speaks_of_what_there_is() -> None:
    assert "本周用车" not in help_text(desk_of(leave=1), LIU).text
    assert "本周用车" in help_text(desk_of(leave=1, car=1), LIU).text
    assert "请假、用车：" in help_text(desk_of(leave=1, car=1), LIU).text
