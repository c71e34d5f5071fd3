"""`banshi check`: an error for what leaves a request without an answer, a notice for what wants a word."""

from pathlib import Path

import pytest

from bot.check import check
from tests.bot.office_folder import office_folder
from tests.fakes import MovableClock
from tests.tree import ROOT

_LEADERS = """\
F900,江怀远,区领导,副区长,district_leader,1995-07-01,在职
F901,周正明,区领导,区长,district_head,1993-07-01,在职
F902,许清源,区领导,常委,standing_committee_member,1994-07-01,在职
F011,方晓晴,秘书科,副科长,section_deputy、secretariat、vehicle_dispatcher、minute_taker,2010-09-01,在职
F018,马国强,秘书科,司机,staff、driver,2011-02-14,在职
F041,林语桐,督查科,科员,staff、supervision_section,2018-07-02,在职
F042,罗晓芬,财务组,科员,staff、finance_staff、expense_agent、purchaser、storekeeper、print_room、responsible_unit、confidentiality_bureau,2016-07-02,在职
F043,施俊杰,督查科,科员,staff、duty_officer,2011-02-14,在职
F030,魏长青,信息科,科长,section_chief、info_chief、info_section,2007-01-15,在职
"""
_OUTSIDE = (
    "superior_unit", "responsible_unit_head", "co_unit", "subdistrict_office", "petition_leader", "petition_visitor",
    "bureau_chief", "classified_clerk", "doc_section", "legal_section", "legal_counsel",
    "responsible_unit", "supervision_chief",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small office with everybody its procedures ask for."""
    made = office_folder(tmp_path / "office")
    office = made / "office.yaml"
    meeting = "bodies: [{id: director_meeting, name: 主任办公会议, chair: F001}"
    meeting += ", {id: vehicle_purchase_group, name: 购车小组, chair: F001}]\n"
    office.write_text(office.read_text(encoding="utf-8") + meeting, encoding="utf-8")
    people = made / "people.csv"
    outside = f"F990,外联人,外单位,,{'、'.join(_OUTSIDE)},2000-07-03,在职\n"
    people.write_text(people.read_text(encoding="utf-8") + _LEADERS + outside, encoding="utf-8")
    return made


def said(folder: Path, clock: MovableClock) -> tuple[int, list[str]]:
    lines: list[str] = []
    return check(folder, clock, lines.append), lines


def errors(folder: Path, clock: MovableClock) -> list[str]:
    return [line for line in said(folder, clock)[1] if line.startswith("error")]


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("sample", sorted(path.name for path in (ROOT / "offices").iterdir()))
def test_the_sample_office_has_no_errors_and_says_what_is_still_to_settle(sample: str, clock: MovableClock) -> None:
    code, lines = said(ROOT / "offices" / sample, clock)
    assert (code, [line for line in lines if line.startswith("error")]) == (0, [])
    assert any("待单位确认" in line for line in lines)
    assert lines[-1].startswith("0 处错误")


def test_an_empty_post_is_an_error_until_somebody_stands_in_for_it(folder: Path, clock: MovableClock) -> None:
    edit(folder, "people.csv", "attendance_clerk", "staff")
    found = [line for line in errors(folder, clock) if "attendance_clerk" in line]
    assert found
    assert all(line.startswith("error: people.csv ") and "stand_ins" in line for line in found)
    edit(folder, "office.yaml", "administrator", "stand_ins: {attendance_clerk: F010}\nadministrator")
    assert not [line for line in errors(folder, clock) if "attendance_clerk" in line]
    assert any("现由代办人陈志远办" in line for line in said(folder, clock)[1])


def test_somebody_with_nobody_above_is_named_on_their_line(folder: Path, clock: MovableClock) -> None:
    """The director's own leave goes to the district's leader (考勤制度(二)句8)."""
    assert not errors(folder, clock)
    edit(folder, "people.csv", "副区长,district_leader", "副区长,responsible_unit")
    assert any(
        line.startswith("error: people.csv ") and "（district_leader）" in line for line in errors(folder, clock)
    )
    edit(folder, "people.csv", "主任,director、", "主任,district_leader、director、")
    found = errors(folder, clock)
    assert any(line.startswith("error: people.csv:2 周建国本人申请时") for line in found)
    assert not any("people.csv:7" in line for line in found)


def test_a_seal_of_the_form_that_the_office_does_not_list_is_pointed_out(folder: Path, clock: MovableClock) -> None:
    assert not any("证明专用章”，" in line for line in said(folder, clock)[1])
    edit(folder, "office.yaml", "administrator", "seals: [{name: 区委印章, keeper: F013}]\nadministrator")
    assert any(line.startswith("notice: office.yaml") and "证明专用章”，" in line for line in said(folder, clock)[1])


def test_a_folder_that_cannot_be_read_is_told_with_its_notices(folder: Path, clock: MovableClock) -> None:
    edit(folder, "office.yaml", "futian-office", "futian")
    code, lines = said(folder, clock)
    assert code == 1
    assert lines[0].startswith("error: office.yaml:")
    assert any(line.startswith("notice: ") for line in lines)


def test_a_folder_that_is_not_there_is_one_error(tmp_path: Path, clock: MovableClock) -> None:
    assert said(tmp_path / "nowhere", clock)[1][0].startswith("error: office.yaml ")
