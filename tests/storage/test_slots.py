"""A pack that nobody has written code for: its `slot:` words alone let one sentence fill its forms."""

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.calendar import Calendar
from flows.conversation.requests.fill import Asker, Filled, filled, procedures_meant
from flows.conversation.requests.request import read_request
from flows.people import Office, Person, Post
from flows.procedure.model import Json
from storage.packs import PackErrors, load_pack
from storage.sounds import sounds_of

NOW = datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PEOPLE = {
    number: Person(number, name, "值班室", (Post("staff"),))
    for number, name in (("P1", "李敏"), ("P2", "王强"), ("P3", "张伟"), ("P4", "张薇"))
}
OFFICE = Office("某办公室", PEOPLE, sounds=sounds_of)
HEAD = "pack: test-office\ntitle: 试验规章\nchapters: [用车规定]\nroles: {staff: 工作人员, chief: 科长}\n"
FORMS = """\
procedures:
  - id: {id}
    name: {name}
    family: {family}
    initiator: staff
    subject: 试验
    prefix: {prefix}
    words: [{name}]
    fields:
{fields}
    steps:
      - {{id: submit, name: 申请, actor: staff, kind: submit, cite: [用车规定(一)]}}
      - {{id: allow, name: 批准, actor: chief, kind: approve, cite: [用车规定(一)]}}
    rules:
      - {{id: r01, kind: route, statement: 科长批, enforce: route, check: path, steps: [allow], cite: [用车规定(一)]}}
"""
TRIP = """\
      - {id: from_when, name: 出发, type: datetime, required: true, ask: 几时走？, slot: start}
      - {id: back_when, name: 返回, type: datetime, required: true, ask: 几时回？, slot: end}
      - {id: place, name: 去哪里, type: text, required: true, ask: 去哪里？, slot: destination}
      - {id: heads, name: 人数, type: number, required: true, ask: 几人？, min: 1, max: 55, slot: passengers}
      - {id: sort, name: 车型, type: choice, required: false, ask: 车型？, choices: [轿车, 七座商务车], slot: vehicle}
      - {id: drive, name: 要司机, type: choice, required: false, ask: 司机？, choices: [是, 否], slot: driver_needed}
"""
LEAVE = """\
      - id: sort
        name: 假别
        type: choice
        required: true
        ask: 哪种？
        choices: [私事, 休假, 病假, 其他]
        slot: type
        means:
          私事: personal
          休假: annual
        cite: [用车规定(一)]
      - {id: day, name: 哪天, type: date, required: true, ask: 哪天？, slot: start}
"""
USE = """\
      - {id: place, name: 去哪里, type: text, required: true, ask: 去哪里？, slot: destination}
      - id: use
        name: 用途
        type: choice
        required: true
        ask: 什么用途？
        choices: [办公事, 办私事, 外单位用]
        presumed: 办公事
        words:
          办私事: [搬家, 接孩子]
          外单位用: [借给]
        cite: [用车规定(一)]
"""
SWAP = """\
      - {id: mine, name: 我的班, type: date, required: true, ask: 哪天？, slot: date}
      - {id: theirs, name: 换到, type: date, required: false, ask: 换到哪天？, slot: date2}
      - {id: other, name: 和谁, type: person, required: true, ask: 和谁？, slot: person}
"""
TOPIC = """\
      - {id: title, name: 议题, type: text, required: true, ask: 议什么？, slot: title}
      - {id: at, name: 会议, type: choice, required: true, ask: 哪个会？, choices: [党委会, 校长办公会], slot: meeting}
      - {id: on, name: 日期, type: date, required: false, ask: 哪天？, slot: meeting_date}
"""


def folder(at: Path, fields: str, family: str) -> Path:
    made = at / "test-office"
    made.mkdir()
    (made / "pack.yaml").write_text(HEAD, encoding="utf-8")
    form = FORMS.format(
        id="made_up",
        name="试办",
        family=family,
        prefix="SB",
        fields=re.sub(r"(?m)}$", ", cite: [用车规定(一)]}", fields),
    )
    (made / "form.yaml").write_text(form, encoding="utf-8")
    return made


def fill(at: Path, fields: str, family: str, text: str) -> Filled:
    pack = load_pack(folder(at, fields, family))
    request = read_request(text, NOW.date(), frozenset(person.name for person in PEOPLE.values()))
    (procedure,) = procedures_meant(request, tuple(pack.procedures.values()))
    return filled(procedure, request, Asker("P1", OFFICE, Calendar(published=frozenset({2026})), NOW))


@pytest.mark.parametrize(
    ("fields", "family", "text", "values"),
    [
        (
            TRIP,
            "car",
            "后天上午9点要一辆商务车去市府，4人，2小时，不用司机",
            {
                "from_when": "2026-11-25 09:00",
                "back_when": "2026-11-25 11:00",
                "place": "市府",
                "heads": 4,
                "sort": "七座商务车",
                "drive": "否",
            },
        ),
        (TRIP, "car", "用车 11-30 9:30 市财政局 80人", {"from_when": "2026-11-30 09:30", "place": "市财政局"}),
        (
            SWAP,
            "duty",
            "我28号的班想和王墙换一下，换到30号",
            {"mine": "2026-11-28", "theirs": "2026-11-30", "other": "P2"},
        ),
        (SWAP, "duty", "28号的班请张为替我", {"mine": "2026-11-28"}),
        (
            TOPIC,
            "topic",
            "报党委会议题：预算调整，12月8日的会",
            {"title": "预算调整", "at": "党委会", "on": "2026-12-08"},
        ),
    ],
)
def test_a_made_up_form_is_filled(fields: str, family: str, text: str, values: dict[str, Json], tmp_path: Path) -> None:
    assert dict(fill(tmp_path, fields, family, text).values) == values


@pytest.mark.parametrize(
    ("text", "use", "presumed"),
    [
        ("明天9点用车去市府", "办公事", ("use",)),
        ("明天9点用车去市府接孩子", "办私事", ()),
        ("明天9点用车去市府接孩子，借给老李", None, ()),
    ],
)
def test_a_choice_has_words_of_its_own_and_may_be_presumed(
    text: str, use: str | None, presumed: tuple[str, ...], tmp_path: Path
) -> None:
    found = fill(tmp_path, USE, "car", text)
    assert found.values.get("use") == use
    assert found.presumed == presumed


def test_what_would_not_do_as_an_answer_is_told_and_asked(tmp_path: Path) -> None:
    notes = fill(tmp_path, TRIP, "car", "用车 11-30 9:30 市财政局 80人").notes
    assert any("55" in note for note in notes)


def test_who_could_be_either_of_two_is_asked_by_name(tmp_path: Path) -> None:
    (note,) = fill(tmp_path, SWAP, "duty", "28号的班请张为替我").notes
    assert "张伟" in note
    assert "张薇" in note


def test_a_trip_that_ends_before_it_begins_is_told(tmp_path: Path) -> None:
    found = fill(tmp_path, TRIP, "car", "用车 2026-12-08 13:00 到 2026-12-07 18:00 南京 3人")
    assert "back_when" not in found.values
    assert found.notes


def test_a_slot_that_no_sentence_has_is_a_mistake_of_the_pack(tmp_path: Path) -> None:
    with pytest.raises(PackErrors) as told:
        load_pack(folder(tmp_path, TRIP.replace("slot: destination", "slot: destinaton"), "car"))
    assert any("destination" in str(problem) for problem in told.value.problems)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [("私事: personal", "私事: private", "private"), ("休假: annual", "年假: annual", "年假")],
)
def test_a_meaning_that_is_none_is_a_mistake_of_the_pack(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(PackErrors) as said:
        load_pack(folder(tmp_path, LEAVE.replace(right, wrong), "leave"))
    assert any(told in str(problem) for problem in said.value.problems)


@pytest.mark.parametrize(
    ("right", "wrong"), [("办私事: [搬家", "办家事: [搬家"), ("presumed: 办公事", "presumed: 公事"), ("[借给]", "[]")]
)
def test_words_and_presumptions_are_of_choices_that_are_there(right: str, wrong: str, tmp_path: Path) -> None:
    with pytest.raises(PackErrors) as said:
        load_pack(folder(tmp_path, USE.replace(right, wrong), "car"))
    assert any("选项" in str(problem) or "至少写一项" in str(problem) for problem in said.value.problems)
