"""Every pack rules an office: it is checked without a gap, and each of its procedures is explained."""

from pathlib import Path

import pytest

from bot.check import look_at
from bot.explain import explain_request
from bot.settings import from_environment
from flows.procedure.model import Pack
from storage.packs import load_packs
from tests.fakes import MovableClock

PACKS = load_packs()


def office_of(folder: Path, pack: Pack) -> Path:
    """An office of that pack alone, with a holder for every post and one plain member of staff."""
    folder.mkdir()
    plain = "staff" if "staff" in pack.roles else next(iter(pack.procedures.values())).initiator
    rows = ["工号,姓名,科室,职务,岗位,参加工作日期,状态", f"S000,员工甲,综合科,,{plain},2010-07-01,在职"]
    posts = (post for post in pack.roles if post != plain)
    rows += [f"S{n:03d},人员{n:03d},综合科,,{post},2005-07-01,在职" for n, post in enumerate(posts, start=1)]
    (folder / "people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    head = f"name: 试验单位\npacks: {{'*': {pack.id}, classified: {pack.id}}}\nadministrator: S001\n"
    (folder / "office.yaml").write_text(head, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_pack_has_no_gap_and_explains_each_of_its_procedures(name: str, tmp_path: Path, clock: MovableClock) -> None:
    folder = office_of(tmp_path / "office", PACKS[name])
    errors = [str(problem) for problem in look_at(folder, clock) if problem.weight == "error"]
    assert [line for line in errors if not line.startswith("error: people.csv")] == []
    settings = from_environment({"OFFICE": str(folder), "DATABASE_URL": f"sqlite:///{tmp_path}/banshi.db"})
    for procedure in PACKS[name].procedures.values():
        lines: list[str] = []
        explain_request(settings, clock, procedure.id, "S000", (), lines.append)
        assert lines[0].startswith(f"{procedure.name}（{name}/{procedure.id}）")
        assert lines[-1].startswith("结论：")
