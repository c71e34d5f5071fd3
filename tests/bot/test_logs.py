"""Logs: one JSON object a line; a bug is told by place and type, never by its words."""

import io
import json
import logging

import pytest

from bot.logs import JsonLines, tell, tell_bug
from tests.fakes import SHANGHAI


@pytest.fixture
def lines() -> tuple[logging.Logger, io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(SHANGHAI))
    log = logging.Logger("banshi.test")
    log.addHandler(handler)
    return log, stream


def test_an_event_is_one_object_with_its_ids(lines: tuple[logging.Logger, io.StringIO]) -> None:
    log, stream = lines
    tell(log, "sent", outbox=7, outcome="ok")
    said = json.loads(stream.getvalue())
    assert said["at"].endswith("+08:00")
    assert {key: said[key] for key in ("level", "from", "event", "outbox", "outcome")} == {
        "level": "info", "from": "banshi.test", "event": "sent", "outbox": 7, "outcome": "ok",
    }  # fmt: skip


def test_a_bug_says_where_and_what_kind_but_not_its_words(lines: tuple[logging.Logger, io.StringIO]) -> None:
    log, stream = lines
    try:
        raise ValueError("母亲住院")
    except ValueError as bug:
        tell_bug(log, "event failed", bug, case="c1")
    assert "母亲住院" not in stream.getvalue()
    said = json.loads(stream.getvalue())
    assert said["error"] == "ValueError"
    assert said["where"].startswith("test_a_bug_says_where_and_what_kind_but_not_its_words:")


def test_line_breaks_stay_within_the_line(lines: tuple[logging.Logger, io.StringIO]) -> None:
    log, stream = lines
    tell(log, "one\ntwo")
    assert stream.getvalue().count("\n") == 1
