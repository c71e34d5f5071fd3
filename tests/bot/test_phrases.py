"""`banshi phrases`: a line for each miss, the sum at the end, and the exit code."""

import re
from pathlib import Path

import pytest

from bot.cli import main

FILES = sorted((Path(__file__).parents[1] / "flows" / "conversation" / "requests" / "phrases").glob("*.yaml"))


def phrases(path: Path, *records: str) -> Path:
    path.write_text("now: '2026-11-23T10:00:00+08:00'\nphrases:\n" + "\n".join(f"- {r}" for r in records), "utf-8")
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_sentence_of_these_files_is_read(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phrases", str(path)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"slots (\d+)/\1 intents (\d+)/\2 negatives (\d+)/\3 p95 \d+\.\d ms", line)


def test_the_sentences_are_many() -> None:
    asked = sum(path.read_text("utf-8").count("expect: {intent: ") for path in FILES)
    negative = sum(path.read_text("utf-8").count("expect: {intent: none") for path in FILES)
    assert asked - negative >= 1000
    assert negative >= 400


def test_a_miss_is_a_line_and_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = phrases(
        tmp_path / "few.yaml",
        "{text: 明天请一天事假, expect: {intent: leave, slots: {start: '2026-11-25', days: 1}}}",
        "{text: 明天见, expect: {intent: leave, slots: {days: 1}}}",
    )
    assert main(["phrases", str(path)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "明天请一天事假  start: 2026-11-25 expected, 2026-11-24 read"
    assert told[1:3] == ["明天见  intent: leave expected, none read", "明天见  days: 1 expected, None read"]
    assert told[3].startswith("slots 1/3 intents 1/2 negatives 0/0 p95 ")


def test_any_of_several_answers_and_a_whole_set_are_accepted(tmp_path: Path) -> None:
    path = phrases(
        tmp_path / "few.yaml",
        "{text: '明天请一天事假，去医院', expect: {intent: leave, slots: {reason: {any: [医院, 去医院。]}}}}",
        "{text: 公章+合同章 协议 2份, expect: {intent: seal, slots: {seal: [contract, school], title: 《协议》}}}",
    )
    assert main(["phrases", str(path)]) == 0


@pytest.mark.parametrize(
    "text", ["[", "- 1", "phrases: [{text: 请假}]", "phrases: [{text: 请假, expect: {intent: leave}}]"]
)
def test_what_is_no_phrase_file_is_one_sentence(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    assert main(["phrases", str(path)]) == 1
    assert capsys.readouterr().err.startswith(f"{path} 不能当作例句文件读")
    assert main(["phrases", str(tmp_path / "none.yaml")]) == 1
