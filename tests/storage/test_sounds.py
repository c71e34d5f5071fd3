"""Names by their sound: polyphones, surnames read otherwise, and a person found behind a wrong character."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.calendar import Calendar
from flows.conversation.reading import read
from flows.errors import BadAnswer
from flows.people import Office, Person, Post
from flows.procedure.model import Field
from storage.sounds import sounds_of

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
WHO = Field("person", "人员", "person", required=True)


def office(*names: str) -> Office:
    people = {f"P{n}": Person(f"P{n}", name, "办文科", (Post("staff"),)) for n, name in enumerate(names, start=1)}
    return Office("某办公室", people, sounds=sounds_of)


def found(said: str, at: Office) -> object:
    return read(WHO, said, office=at, calendar=Calendar(), now=NOW, values={})


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("单红", "shan"),
        ("解放", "xie"),
        ("曾志伟", "zeng"),
        ("查良", "zha"),
        ("仇英", "qiu"),
        ("区向东", "ou"),
        ("覃勇", "qin"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, surname: str) -> None:
    assert sounds_of(name)[0] == {surname}


def test_elsewhere_the_character_keeps_all_its_readings() -> None:
    assert {"dan", "shan"} <= sounds_of("王单")[1]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("王墙", "王强"),
        ("陈晶", "陈静"),
        ("张为", "张伟"),
        ("增志伟", "曾志伟"),
        ("山红", "单红"),
        ("欧阳木青", "欧阳慕青"),
    ],
)
def test_a_wrong_character_of_the_same_sound_finds_the_person(said: str, name: str) -> None:
    at = office("李慧敏", name, "王芳")
    assert found(said, at) == "P2"


def test_two_who_sound_alike_are_asked_about() -> None:
    with pytest.raises(BadAnswer) as asked:
        found("张为", office("张伟", "张薇"))
    assert "张伟" in asked.value.sentence
    assert "张薇" in asked.value.sentence


def test_the_name_as_written_goes_before_its_sound() -> None:
    assert found("张薇", office("张伟", "张薇")) == "P2"


def test_who_has_left_is_not_found_by_sound() -> None:
    at = office("王强")
    gone = replace(at, people={"P1": replace(at.person("P1"), active=False)})
    with pytest.raises(BadAnswer):
        found("王墙", gone)


def test_surname_and_title_are_a_name() -> None:
    at = office("何素云")
    chief = replace(at, people={"P1": replace(at.person("P1"), title="科长", since=date(2010, 1, 1))})
    assert found("何科长", chief) == "P1"


def test_the_library_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, bot.assemble, storage.sounds; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
