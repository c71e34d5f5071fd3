"""`banshi export`: registers and lists as spreadsheets, and the evidence of one case as an archive."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.assemble import versions_of
from bot.evidence import Archive
from bot.failed import Failed
from bot.output import write_file
from bot.settings import Settings
from bot.uploads import Uploads
from flows.cards import RegisterBook
from flows.procedure.model import Pack, Procedure, Register
from handlers.books import book_of, private_columns, registers_of
from handlers.case_list import Wanted, case_book, moment, procedure_of
from handlers.gather import Bound, bound
from handlers.ports import Clock, Desk, Rules
from handlers.queries import log_of
from storage.database import WrongSchema, open_work, path_of
from storage.evidence import Evidence, evidence_of
from storage.office import OfficeErrors, read_office
from storage.office_rows import read_date
from storage.packs import PackErrors, load_packs
from storage.sheets import csv_of, sheet_of
from storage.unit import Unit
from storage.work import Work

Say = Callable[[str], None]
SHEETS = {".xlsx": sheet_of, ".csv": csv_of}
_LEFT_OUT = "只有本人和审批人可见的栏目没有导出；确有需要的，加 --private。"
_CARE = "内有个人信息，请妥善保管。"


@dataclass(frozen=True)
class _Open:
    """The office with its database, as a command reads it."""

    work: Work
    desk: Desk


def export_register(settings: Settings, clock: Clock, given: argparse.Namespace, say: Say) -> bool:
    """Write one register of the office.

    Raises:
        Failed: there is no such register, a day cannot be read, or nothing can be read or written.
    """
    _format(given.out)
    first, last = _days(given)
    with _opened(settings, clock) as opened:
        register = _named(opened.desk, given.name)
        hidden = private_columns(opened.desk.rules.versions.values(), register.id)
        without = frozenset() if given.private else hidden
        book = opened.work.run_sync(lambda unit: book_of(unit, register, first=first, last=last, without=without))
    _write(book, given)
    say(f"已导出 {given.out}：{book.title} {len(book.rows)} 行。{_CARE}")
    if without:
        say(_LEFT_OUT)
    return True


def export_cases(settings: Settings, clock: Clock, given: argparse.Namespace, say: Say) -> bool:
    """Write the cases filed in these days as a list.

    Raises:
        Failed: there is no such procedure, a day cannot be read, or nothing can be read or written.
    """
    _format(given.out)
    first, last = _days(given)
    with _opened(settings, clock) as opened:
        procedures = _procedures(opened.desk)
        if given.procedure and given.procedure not in procedures:
            raise Failed(f"没有事项「{given.procedure}」。可写：{'、'.join(procedures)}。")
        wanted = Wanted(given.procedure, first, last)
        book = opened.work.run_sync(lambda unit: case_book(unit, opened.desk, wanted, private=given.private))
    _write(book, given)
    say(f"已导出 {given.out}：申请 {len(book.rows)} 件。{_CARE}")
    asked = [procedures[given.procedure]] if given.procedure else list(procedures.values())
    if not given.private and any(field.private for procedure in asked for field in procedure.fields):
        say(_LEFT_OUT)
    return True


def export_evidence(settings: Settings, clock: Clock, given: argparse.Namespace, say: Say) -> bool:
    """Write everything kept of one case; whether it agrees with its journal.

    Raises:
        Failed: there is no such case, or nothing can be read or written.
    """
    if given.out.suffix.lower() != ".zip":
        raise Failed(f"{given.out} 的格式不认识：证据包请以 .zip 结尾。")
    uploads = Uploads(settings.var / "files")
    with _opened(settings, clock) as opened:
        desk = opened.desk
        evidence, found, log = opened.work.run_sync(lambda unit: _evidence(unit, desk, given.case))
    archive = Archive(evidence, desk.office, found, log, uploads, desk.now)
    write_file(given.out, archive.write, force=given.force)
    lines, files = len(evidence.lines), len(archive.kept)
    say(f"已导出 {given.out}：{evidence.case.no}，日志 {lines} 条，附件 {files} 个。{_CARE}")
    if files < len(evidence.files):
        say(f"另有附件 {len(evidence.files) - files} 个原件已不在，只列了名称和校验值。")
    if not evidence.rules:
        say("当时的规章版本没有留存，证据包里没有 rules.json。")
    for text in evidence.differences:
        say(f"{evidence.case.no}：{text}")
    return not evidence.differences


def _evidence(unit: Unit, desk: Desk, word: str) -> tuple[Evidence, Bound | None, tuple[str, ...]]:
    """What is kept of the case, its rules where they are known, and its history as people read it."""
    case = unit.find_case(word)
    if case is None:
        raise Failed(f"没有找到申请 {word}：请核对编号，例如 QJ-2026-0001。")
    evidence = evidence_of(unit, case.id)
    found = bound(desk, evidence.case) if procedure_of(desk, evidence.case) is not None else None
    entries = unit.journal(case.id) if found is not None else ()
    told = ((entry, line) for entry in entries if found is not None for line in log_of((entry,), found, desk))
    return evidence, found, tuple(f"{moment(entry.at)} {line.who} {line.text}" for entry, line in told)


@contextmanager
def _opened(settings: Settings, clock: Clock) -> Iterator[_Open]:
    """The office and its database, closed at the end.

    Raises:
        Failed: either cannot be used.
    """
    path = path_of(settings.database_url)
    if path is not None and not path.exists():
        raise Failed(f"没有找到数据库 {path}：请用 DATABASE_URL 指出它，或先用 banshi run 启动一次。")
    try:
        packs = load_packs()
        office = read_office(settings.office, packs.values())
    except (PackErrors, OfficeErrors) as errors:
        raise Failed(str(errors)) from None
    try:
        work = open_work(settings.database_url, clock.now, settings.zone)
    except WrongSchema:
        raise Failed("数据库的结构与本版本不同：请先运行 banshi migrate。") from None
    try:
        versions = versions_of(work.run_sync(lambda unit: unit.pack_texts()), packs)
        yield _Open(work, Desk(office.office, Rules(packs, versions), office.calendar, clock.now()))
    finally:
        work.close()


def _named(desk: Desk, name: str) -> Register:
    registers = registers_of(desk)
    found = next((register for register in registers if name in (register.id, register.title)), None)
    if found is None:
        known = "、".join(f"{register.id}（{register.title}）" for register in registers)
        raise Failed(f"没有登记簿「{name}」。可写：{known}。")
    return found


def _procedures(desk: Desk) -> dict[str, Procedure]:
    """Every procedure a case may be of, by id: those of the packs now first."""
    packs: tuple[Pack, ...] = (*desk.rules.versions.values(), *desk.rules.current.values())
    return {name: procedure for pack in packs for name, procedure in pack.procedures.items()}


def _days(given: argparse.Namespace) -> tuple[date, date]:
    first, last = _day("--from", given.first, date.min), _day("--to", given.last, date.max)
    if first > last:
        raise Failed(f"--from {given.first} 晚于 --to {given.last}：请把早的一天写在 --from。")
    return first, last


def _day(option: str, text: str, default: date) -> date:
    if not text:
        return default
    found = read_date(text)
    if found is None:
        raise Failed(f"{option} {text} 不是日期：请写成 2026-11-01。")
    return found


def _format(to: Path) -> None:
    if to.suffix.lower() not in SHEETS:
        raise Failed(f"{to} 的格式不认识：请以 .xlsx 或 .csv 结尾。")


def _write(book: RegisterBook, given: argparse.Namespace) -> None:
    content = SHEETS[given.out.suffix.lower()](book)
    write_file(given.out, lambda file: file.write(content), force=given.force)
