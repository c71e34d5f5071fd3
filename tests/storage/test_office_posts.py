"""An office that runs several packs: its own words for posts, and a post of one pack that is one of another too."""

from pathlib import Path

import pytest

from flows.channels import forbidden_channels
from storage.office import OfficeErrors, ReadOffice, read_office
from storage.packs import load_packs
from tests.bot.office_folder import office_folder

PACKS = tuple(load_packs().values())
TWO_PACKS = "packs: {'*': futian-office, leave: party-office}"


def folder_with(tmp_path: Path, *lines: str, packs: str = TWO_PACKS, people: tuple[str, str] = ("", "")) -> Path:
    folder = office_folder(tmp_path / "office")
    head = (folder / "office.yaml").read_text(encoding="utf-8").replace("packs: {'*': futian-office}", packs)
    (folder / "office.yaml").write_text("\n".join((head.rstrip(), *lines, "")), encoding="utf-8")
    staff = folder / "people.csv"
    staff.write_text(staff.read_text(encoding="utf-8").replace(*people), encoding="utf-8")
    return folder


def read(folder: Path) -> ReadOffice:
    return read_office(folder, PACKS)


def told(folder: Path) -> list[str]:
    with pytest.raises(OfficeErrors) as broken:
        read(folder)
    return [str(problem) for problem in broken.value.problems]


def posts_of(office: ReadOffice, number: str) -> list[str]:
    return [post.id for post in office.office.people[number].posts]


def test_who_holds_a_post_holds_what_the_office_maps_it_to(tmp_path: Path) -> None:
    office = read(folder_with(tmp_path, "posts: {section_chief: section_head, deputy_director: deputy_in_charge}"))
    assert posts_of(office, "F020") == ["section_chief", "section_head", "doc_chief"]
    assert posts_of(office, "F002")[:2] == ["deputy_director", "deputy_in_charge"]
    assert posts_of(office, "F021") == ["staff"]


def test_a_word_of_the_office_stands_for_posts_of_its_packs(tmp_path: Path) -> None:
    lines = "posts: {科长: [section_chief, section_head]}"
    office = read(folder_with(tmp_path, lines, people=("section_chief、doc_chief", "科长、doc_chief")))
    assert posts_of(office, "F020") == ["section_chief", "section_head", "doc_chief"]
    assert posts_of(office, "F010") == ["section_chief", "secretariat_chief"]


def test_a_mapped_post_is_held_for_the_section_it_is_written_for(tmp_path: Path) -> None:
    lines = "posts: {attendance_clerk: reform_office}"
    office = read(folder_with(tmp_path, lines, people=("attendance_clerk", "attendance_clerk@秘书科")))
    assert {(post.id, post.section) for post in office.office.people["F022"].posts} == {
        ("staff", ""),
        ("attendance_clerk", "秘书科"),
        ("reform_office", "秘书科"),
    }


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("posts: {section_chief: section_hed}", "是否要写「section_head」"),
        ("posts: {section_chief: section_head, doc_chief: section_head}", "对应了两次（section_chief、doc_chief）"),
        ("posts: {section_chief: section_chief}", "对应到自己"),
        ("posts: {section_chief: section_head, section_chief: staff}", "写了两次"),
        ("posts: {科长: []}", "空"),
        ("posts: {科长: reform_chair}\nposts: {科长: staff}", "写了两次"),
    ],
)
def test_a_mapping_that_cannot_stand_is_told_with_its_fix(tmp_path: Path, lines: str, words: str) -> None:
    assert any(words in line for line in told(folder_with(tmp_path, lines)))


def test_posts_of_packs_the_office_does_not_run_are_unknown(tmp_path: Path) -> None:
    lines, only = "posts: {section_chief: section_head}", "packs: {'*': futian-office}"
    assert any("没有岗位「section_head」" in line for line in told(folder_with(tmp_path, lines, packs=only)))


@pytest.mark.parametrize(
    ("settled", "forbidden", "words"),
    [
        ("", ["telegram"], "渠道 telegram 已关闭"),
        ("settings: {party-office/telegram: 'off'}", ["telegram"], "渠道 telegram 已关闭"),
        ("settings: {party-office/telegram: allowed}", [], "渠道 telegram 由本单位放开"),
    ],
)
def test_a_forbidden_channel_is_off_until_the_office_allows_it(
    tmp_path: Path, settled: str, forbidden: list[str], words: str
) -> None:
    office = read(folder_with(tmp_path, settled))
    assert list(forbidden_channels(office.office, PACKS)) == forbidden
    assert [notice for notice in office.notices if words in notice.message and "(21.1) 七" in notice.message]


def test_an_office_without_that_pack_hears_nothing_of_it(tmp_path: Path) -> None:
    office = read(folder_with(tmp_path, packs="packs: {'*': futian-office}"))
    assert not forbidden_channels(office.office, PACKS)
    assert not any("(21.1) 七" in notice.message or "关闭" in notice.message for notice in office.notices)


def test_the_party_sample_office_can_be_read() -> None:
    office = read(Path(__file__).parents[2] / "offices" / "party")
    assert posts_of(office, "W020") == ["section_head"]
    assert office.office.packs == {"*": "party-office"}
