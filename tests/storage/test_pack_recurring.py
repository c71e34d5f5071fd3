"""Recurring items of a pack: read with their times, mistakes told with the line."""

from pathlib import Path

import pytest

from storage.packs import PACKS, PackErrors, load_pack, read_source


def test_the_school_office_counts_its_seal_papers_every_working_day() -> None:
    count = next(item for item in load_pack(PACKS / "school-office").recurring if item.id == "seal_daily_count")
    assert (count.entry, count.actor, count.counts) == (
        "school-office/pack/recurring/seal_daily_count", "admin_assistant", "seal_day"
    )  # fmt: skip
    assert (count.cron, count.workdays_only, count.ask) == (("0 17 * * *",), True, False)


@pytest.mark.parametrize(
    ("item", "told"),
    [
        ("timetable: {cron: ['17:00']}, actor: clerk", "不是五栏时间"),
        ("timetable: {workdays_only: true}, actor: clerk", "没有写明时间"),
        ("timetable: {ask: true}, actor: nobody", "nobody"),
        ("timetable: {ask: true}, actor: clerk, procedure: gone", "gone"),
        ("timetable: {cron: ['0 17 * * *'], shift: sideways}, actor: clerk", "sideways"),
        ("timetable: {ask: true}, actor: clerk, counts: sheep", "sheep"),
        ("timetable: {ask: true}, actor: clerk, counts: seal_day", "没有写哪一种办件"),
        ("timetable: {ask: true, often: yes}, actor: clerk", "often"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, item: str, told: str) -> None:
    pack = tmp_path / "trial"
    pack.mkdir()
    head = "pack: trial\ntitle: 试\nroles: {clerk: 文员}\nrecurring:\n"
    (pack / "pack.yaml").write_text(f"{head}  - {{id: daily, name: 每天, cite: [一], {item}}}\n", encoding="utf-8")
    with pytest.raises(PackErrors) as errors:
        read_source(pack)
    assert any(told in str(problem) and "pack.yaml:5" in str(problem) for problem in errors.value.problems)
