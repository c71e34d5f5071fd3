"""Pictures as PNG: the size messengers take, what people wrote stays text, names of the national table are drawn."""

from dataclasses import replace
from datetime import date

from bot.channels.pictures import MOST_AROUND, week_png
from flows.cards import CarWeek, FleetWeek, TripMark
from tests.fakes.bot_api_rules import picture_size

FREE = ((),) * 7


def week(*cars: CarWeek) -> FleetWeek:
    days = tuple(f"周{name} 11/{23 + n}" for n, name in enumerate("一二三四五六日"))
    return FleetWeek(date(2026, 11, 23), "11月23日–29日用车", days, (5, 6), cars, 1, 2)


def trip(about: str) -> CarWeek:
    return CarWeek("一号", "轿车 5座", ((TripMark("09:00–11:30", 540, 690, about, "out", "c1"),), *FREE[1:]))


def test_a_week_is_wide_enough_to_read_on_a_phone() -> None:
    width, height = picture_size(week_png(week(trip("陆子涵 市政府"), CarWeek("二号", "", FREE))))
    assert width == 1280
    assert height < width


def test_a_week_without_cars_is_drawn() -> None:
    assert picture_size(week_png(week()))[0] == 1280


def test_what_people_wrote_is_no_markup() -> None:
    plain = week_png(week(trip("甲" * 12)))
    for evil in ('#panic("x")', "$x$", '#read("/etc/passwd")', "*b* _i_ `c` <l> @r \\ // /* ", "= h"):
        assert picture_size(week_png(week(trip(evil))))[0] == 1280
    assert plain != week_png(week(trip("乙" * 12)))


def test_a_rare_name_is_no_empty_box() -> None:
    """Two characters the font has not would look the same."""
    assert week_png(week(trip("翀"))) != week_png(week(trip("堃")))


def test_a_fleet_too_long_for_a_messenger_is_drawn_smaller() -> None:
    many = week(*(replace(trip("陆子涵 市政府"), name=f"{n}号") for n in range(120)))
    width, height = picture_size(week_png(many))
    assert width < 1280
    assert width + height <= MOST_AROUND
