"""The console's conversation: lines keep their place, changes are counted, a browser catches up."""

from datetime import timedelta

from storage.unit import Unit
from tests.storage.sample import LIU, NOW, WANG

LATER = NOW + timedelta(minutes=3)


def bodies(unit: Unit, after: int) -> list[object]:
    return [line.body for line in unit.console_changes(LIU, after_version=after)]


def test_lines_come_in_pages_oldest_first(unit: Unit) -> None:
    ids = [unit.console_say(LIU, "out", {"text": str(count)}, at=NOW) for count in range(5)]
    unit.console_say(WANG, "out", {"text": "别人的"}, at=NOW)
    assert [line.id for line in unit.console_messages(LIU, before=None, limit=2)] == ids[3:]
    assert [line.id for line in unit.console_messages(LIU, before=ids[3], limit=2)] == ids[1:3]
    assert [line.body for line in unit.console_messages(LIU, before=ids[1], limit=9)] == [{"text": "0"}]


def test_a_keyed_line_changes_in_place(unit: Unit) -> None:
    card = unit.console_say(LIU, "out", {"state": "待审批"}, key="c1", at=NOW)
    word = unit.console_say(LIU, "in", {"text": "催办"}, at=NOW)
    assert unit.console_say(LIU, "out", {"state": "已通过"}, key="c1", at=LATER) == card
    assert unit.console_say(WANG, "out", {"state": "已通过"}, key="c1", at=LATER) != card
    first, second = unit.console_messages(LIU, before=None, limit=10)
    assert (first.id, first.body, first.at, first.changed_at) == (card, {"state": "已通过"}, NOW, LATER)
    assert (second.id, second.direction, second.body) == (word, "in", {"text": "催办"})


def test_a_browser_that_was_away_gets_new_and_changed_lines(unit: Unit) -> None:
    unit.console_say(LIU, "out", "卡片", key="c1", at=NOW)
    unit.console_say(LIU, "out", "一句", at=NOW)
    seen = unit.console_changes(LIU, after_version=0)[-1].version
    assert seen == unit.console_version()
    assert bodies(unit, seen) == []
    unit.console_say(LIU, "out", "又一句", at=LATER)
    unit.console_say(WANG, "out", "别人的", at=LATER)
    unit.console_say(LIU, "out", "卡片变了", key="c1", at=LATER)
    assert bodies(unit, seen) == ["又一句", "卡片变了"]
    assert bodies(unit, 0) == ["一句", "又一句", "卡片变了"]


def test_an_outbox_row_sent_twice_is_one_line(unit: Unit) -> None:
    first = unit.console_say(LIU, "out", "一句", outbox_id=7, at=NOW)
    assert unit.console_say(LIU, "out", "一句", outbox_id=7, at=LATER) == first
    assert unit.console_say(LIU, "out", "一句", outbox_id=8, at=LATER) != first
    assert len(unit.console_messages(LIU, before=None, limit=9)) == 2


def test_a_card_sent_twice_is_not_announced_twice_nor_turned_back(unit: Unit) -> None:
    unit.console_say(LIU, "out", "待审批", key="c1", outbox_id=7, at=NOW)
    unit.console_say(LIU, "out", "已通过", key="c1", outbox_id=9, at=LATER)
    seen = unit.console_version()
    unit.console_say(LIU, "out", "已通过", key="c1", outbox_id=9, at=LATER)
    unit.console_say(LIU, "out", "待审批", key="c1", outbox_id=7, at=LATER)
    assert bodies(unit, seen) == []
    assert [line.body for line in unit.console_messages(LIU, before=None, limit=9)] == ["已通过"]


def test_no_line_has_no_version(unit: Unit) -> None:
    assert unit.console_version() == 0
    assert unit.console_changes(LIU, after_version=0) == ()
