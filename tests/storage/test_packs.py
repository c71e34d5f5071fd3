"""A broken pack: every mistake by file and line; a good one keeps its version whatever its layout."""

from pathlib import Path

import pytest

from storage.packs import PACKS, PackErrors, load_pack, load_packs, pack_from_text, pack_text, read_source

HEAD = """\
pack: test-office
title: 试验规章
chapters: [借物规定]
roles: {staff: 工作人员, keeper: 保管员, chief: 科长}
registers:
  - {id: lent, title: 借物登记簿, columns: {thing: 物品, by: 借用人}, readers: [keeper], cite: [借物规定(二)]}
recurring:
  - {id: month, name: 清点, timetable: {cron: ['0 17 L * *']}, actor: keeper, cite: [借物规定(二)]}
settings:
  - {id: d1, question: 借几天？, default: 3, default_text: 三天, cite: [借物规定(一)]}
"""
LEND = """\
procedures:
  - id: lend
    name: 借物
    family: asset
    initiator: staff
    subject: 借用物品
    prefix: JW
    words: [借物]
    fields:
      - {id: thing, name: 物品, type: text, required: true, ask: 借什么？, cite: [借物规定(一)]}
      - {id: worth, name: 价值, type: number, required: true, ask: 值多少？, min: 0, max: 9, cite: [借物规定(一)]}
    steps:
      - {id: submit, name: 申请, actor: staff, kind: submit, cite: [借物规定(一)]}
      - {id: allow, name: 批准, actor: chief, kind: approve, next: [{goto: {step: hand}}], cite: [借物规定(一)]}
      - id: hand
        name: 交付
        actor: keeper
        kind: execute
        records: {register: lent, row: {thing: 'field:thing'}}
        cite: [借物规定(二)]
    rules:
      - {id: r01, kind: route, statement: 科长批, enforce: route, check: path, steps: [allow], cite: [借物规定(一)]}
"""
WRITES = "check: writes, register: lent, row: {thing: 书}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "test-office"
    made.mkdir()
    (made / "pack.yaml").write_text(HEAD, encoding="utf-8")
    (made / "lend.yaml").write_text(LEND, encoding="utf-8")
    return made


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def told(folder: Path) -> list[str]:
    try:
        load_pack(folder)
    except PackErrors as errors:
        return [str(problem) for problem in errors.problems]
    return []


def test_the_pack_as_it_is_can_be_loaded(folder: Path) -> None:
    assert told(folder) == []
    pack = load_pack(folder)
    assert pack.procedures["lend"].entry("rule", "r01") == "test-office/lend/rule/r01"


@pytest.mark.parametrize(
    ("file", "old", "new", "place", "words"),
    [
        ("lend.yaml", "actor: keeper", "actor: keper", "lend.yaml:17", "是否要写「keeper」"),
        ("lend.yaml", "initiator: staff", "initiator: stuff", "lend.yaml:5", "是否要写「staff」"),
        ("lend.yaml", "goto: {step: hand}", "goto: {step: hands}", "lend.yaml:14", "是否要写「hand」"),
        ("lend.yaml", "check: path, steps: [allow], ", "", "lend.yaml:22", "没有写由什么来执行"),
        ("lend.yaml", "check: path", "check: paths", "lend.yaml:22", "是否要写「path」"),
        ("lend.yaml", "steps: [allow]", "steps: [alow]", "lend.yaml:22", "是否要写「allow」"),
        ("lend.yaml", "check: path, steps: [allow]", "by: nothing_known", "lend.yaml:22", "没有对应的函数"),
        ("lend.yaml", "[{goto: {step: hand}}]", "[{goto: {step: submit}}]", "lend.yaml:13", "步骤循环"),
        ("lend.yaml", "[{goto: {step: hand}}]", "[{goto: end_approved}]", "lend.yaml:15", "永远走不到"),
        ("lend.yaml", "kind: approve", "kind: aprove", "lend.yaml:14", "是否要写「approve」"),
        ("lend.yaml", "kind: approve", "kind: approve, sign: al", "lend.yaml:14", "是否要写「all」"),
        ("lend.yaml", "kind: approve", "kind: approve, after_repair: returns", "lend.yaml:14", "是否要写「returner」"),
        ("lend.yaml", "kind: execute", "kind: execute\n        sign: all", "lend.yaml:19", "几人同签"),
        ("lend.yaml", "family: asset", "family: assets", "lend.yaml:4", "是否要写「asset」"),
        ("lend.yaml", "ask: 借什么？, ", "", "lend.yaml:10", "没有问句"),
        ("lend.yaml", "min: 0, max: 9", "min: 9, max: 0", "lend.yaml:11", "下限 9 大于上限 0"),
        ("lend.yaml", "type: number", "type: choice", "lend.yaml:11", "没有选项"),
        ("lend.yaml", "{id: worth", "{id: thing", "lend.yaml:11", "thing"),
        ("lend.yaml", "{id: worth", "{id: Worth", "lend.yaml:11", "小写字母"),
        ("lend.yaml", "name: 价值", "nmae: 价值", "lend.yaml:11", "nmae"),
        ("lend.yaml", "register: lent", "register: len", "lend.yaml:19", "是否要写「lent」"),
        ("lend.yaml", "row: {thing:", "row: {thin:", "lend.yaml:19", "是否要写「thing」"),
        ("lend.yaml", "'field:thing'", "'feld:thing'", "lend.yaml:19", "来源"),
        ("lend.yaml", "cite: [借物规定(二)]", "cite: [借阅规定(二)]", "lend.yaml:20", "是否要写「借物规定」"),
        ("lend.yaml", "prefix: JW\n", "prefix: JW\n  words: [x]\n", "lend.yaml:8", "YAML 写法有误"),
        ("lend.yaml", "check: path, steps: [allow]", "check: writes, register: len", "lend.yaml:22", "写「lent」"),
        ("lend.yaml", "check: path, steps: [allow]", WRITES.replace("thing:", "thin:"), "lend.yaml:22", "thin"),
        ("lend.yaml", "check: path, steps: [allow]", "check: recurs, recurring: mont", "lend.yaml:22", "「month」"),
        ("pack.yaml", "default: 3", "default: 3, choices: [1, 2]", "pack.yaml:10", "不在选项里"),
        ("pack.yaml", "readers: [keeper]", "readers: [guard]", "pack.yaml:6", "guard"),
        ("pack.yaml", "pack: test-office", "pack: other-office", "pack.yaml:1", "文件夹名"),
    ],
)
def test_each_mistake_is_told_with_its_line(
    folder: Path, file: str, old: str, new: str, place: str, words: str
) -> None:
    edit(folder, file, old, new)
    found = told(folder)
    assert any(line.startswith(f"error: test-office/{place} ") and words in line for line in found), found


def test_how_several_sign_and_where_a_repair_goes_are_read(folder: Path) -> None:
    edit(folder, "lend.yaml", "kind: approve", "kind: approve, sign: two_thirds, after_repair: returner")
    step = load_pack(folder).procedures["lend"].step_by_id["allow"]
    assert (step.sign, step.after_repair) == ("two_thirds", "returner")


def test_a_rule_that_only_records_needs_no_check(folder: Path) -> None:
    edit(folder, "lend.yaml", "enforce: route, check: path, steps: [allow]", "enforce: record")
    assert told(folder) == []


def test_the_version_is_that_of_the_rules_not_of_their_layout(folder: Path) -> None:
    before = load_pack(folder).version
    edit(folder, "lend.yaml", "procedures:", "# 说明\n\nprocedures:")
    edit(folder, "lend.yaml", "words: [借物]", "words:\n      - 借物")
    assert load_pack(folder).version == before
    edit(folder, "lend.yaml", "max: 9", "max: 8")
    assert load_pack(folder).version != before


@pytest.mark.parametrize("name", sorted(load_packs()))
def test_a_case_runs_on_by_the_text_kept_with_it(name: str) -> None:
    pack = load_packs()[name]
    kept = pack_from_text(pack_text(PACKS / name))
    assert (kept.version, kept.roles, kept.registers) == (pack.version, pack.roles, pack.registers)
    for mine, theirs in zip(kept.procedures.values(), pack.procedures.values(), strict=True):
        assert (mine.fields, mine.steps) == (theirs.fields, theirs.steps)
        assert [rule.id for rule in mine.rules] == [rule.id for rule in theirs.rules]


@pytest.mark.parametrize("name", sorted(load_packs()))
def test_every_entry_of_a_pack_has_its_place(name: str) -> None:
    source = read_source(PACKS / name)
    for procedure in source.pack.procedures.values():
        for section, items in (("step", procedure.steps), ("rule", procedure.rules), ("field", procedure.fields)):
            for item in items:
                assert source.places[procedure.entry(section, item.id)].line > 0
