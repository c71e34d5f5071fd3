"""The command line: `banshi run` and what goes with it.

Every command imports what it needs when it is called, so that each starts as fast as it can. Exit codes: 0 done,
1 not as it should be (and a sentence says what), 2 the command was not understood.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TextIO

from bot.failed import NEWER_DATABASE, Failed
from bot.settings import Settings, WrongSetting, from_environment
from storage.connection import DatabaseAway

Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    command: Command | None = given.command
    if command is None:
        parser.print_help()
        return 2
    try:
        return command(given)
    except (WrongSetting, Failed, DatabaseAway) as told:
        say(str(told), to=sys.stderr)
        return 1
    except BrokenPipeError:
        # Who reads has seen enough (`banshi coverage | head`); what is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def say(text: str, *, to: TextIO | None = None) -> None:
    """Print a line, also where the terminal cannot show Chinese."""
    stream = to or sys.stdout
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="banshi", description="办事：照规章在聊天里办理办公室的各类事项。")
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title="命令", metavar="命令")

    def add(name: str, command: Command, words: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(command=command)
        return added

    add("run", run, "启动服务，并打印浏览器地址")
    add("migrate", migrate, "把数据库升级到本版本的结构")
    add("verify", verify, "逐条重算日志、台账和现状，核对是否一致")
    backed = add(
        "backup", back_up, "把 SQLite 上的全部数据（数据库、附件、密钥、单位文件夹）备份成一个文件，不必停止服务"
    )
    backed.add_argument("file", type=Path, metavar="FILE", help="备份文件，例如 banshi-20261128.tar")
    checked = add("check", check, "检查单位文件夹和规章：错误、缺口、空缺的岗位、待单位确认的事项")
    checked.add_argument("office", nargs="?", type=Path, metavar="OFFICE", help="单位文件夹，默认为环境变量 OFFICE")
    explained = add("explain", explain, "说明一件申请如果今天提交会怎样：算得的数、适用的规定、路线和经办人")
    explained.add_argument("procedure", metavar="PROCEDURE", help="事项编号，例如 leave_request")
    # One option takes the number and what follows it: argparse would end a list of plain words at the option.
    explained.add_argument(
        "--as",
        dest="given",
        nargs="+",
        required=True,
        metavar=("STAFF_NO", "FIELD=VALUE"),
        help="申请人的工号和已填的内容，例如 --as Y022 leave_type=事假",
    )
    _add_import(add("import-people", bring_people, "把人事部门的名单（CSV 或 .xlsx）并入单位文件夹的 people.csv"))
    bound = add("bind", bind, "发给一个人绑定聊天账号和登录浏览器的链接，各只能用一次")
    bound.add_argument("person", metavar="STAFF_NO", help="工号")
    scenarios = add("scenarios", play, "逐个演练情景文件，与预期逐项比较")
    scenarios.add_argument("files", nargs="+", type=Path, metavar="FILE", help="情景文件（YAML）")
    scenarios.add_argument(
        "--database", default="", metavar="URL", help="在这个 PostgreSQL 上演练（用后即删），不写则用内存中的 SQLite"
    )
    covered = add("coverage", coverage, "逐条说明规章条目是由人办、已实现还是未实现，已实现的由哪个情景证明")
    covered.add_argument("files", nargs="*", type=Path, metavar="FILE", help="情景文件，不写则用 tests/scenarios 里的")
    covered.add_argument("--pack", action="append", default=[], metavar="PACK", help="只看这个规章，可以写几次")
    covered.add_argument("--json", action="store_true", help="逐条列出")
    simulated = add("simulate", simulate, "让一个虚构的六十人单位照规章过若干天，每晚核对各项承诺")
    simulated.add_argument("--days", type=int, default=365, metavar="N", help="天数，默认 365")
    simulated.add_argument("--seed", type=int, default=1, metavar="S", help="同一个数得到同样的日志，默认 1")
    simulated.add_argument("--log", type=Path, metavar="FILE", help="逐条写进这个文件")
    phrases = add("phrases", read_phrases, "按一句话办理的读法逐句读例句文件，与预期的意图和内容比较")
    phrases.add_argument("file", type=Path, metavar="FILE", help="例句文件（YAML）")
    _add_exports(add("export", export, "导出登记簿、申请清单或一件申请的全部证据"))
    return parser


def _add_import(imported: argparse.ArgumentParser) -> None:
    """Which list is brought in, and how."""
    imported.add_argument("file", type=Path, metavar="FILE", help="名单文件，第一行写栏目：工号、姓名、科室、岗位……")
    imported.add_argument("--dry-run", action="store_true", help="只列出会有的变动，不写入")
    imported.add_argument("--leave", action="store_true", help="把名单里没有的在职人员记为离职")


def _add_exports(exports: argparse.ArgumentParser) -> None:
    """What `banshi export` can write, each with the file it goes to."""
    kinds = exports.add_subparsers(title="导出什么", metavar="KIND", dest="kind", required=True)

    def add(name: str, words: str, file: str) -> argparse.ArgumentParser:
        added = kinds.add_parser(name, help=words, description=words)
        added.add_argument("--out", type=Path, required=True, metavar="FILE", help=file)
        added.add_argument("--force", action="store_true", help="文件已存在时覆盖它")
        return added

    register = add("register", "一本登记簿，按本单位的栏目", "写到哪里，.xlsx 或 .csv")
    register.add_argument("name", metavar="NAME", help="登记簿的编号或名称，例如 seal_register")
    cases = add("cases", "申请清单，一件一行", "写到哪里，.xlsx 或 .csv")
    cases.add_argument("--procedure", default="", metavar="PROCEDURE", help="只要这类事项，例如 leave_request")
    for each in (register, cases):
        each.add_argument("--from", dest="first", default="", metavar="DATE", help="从这天起，例如 2026-11-01")
        each.add_argument("--to", dest="last", default="", metavar="DATE", help="到这天止（含）")
        each.add_argument("--private", action="store_true", help="连同只有本人和审批人可见的栏目")
    evidence = add("evidence", "一件申请的表单、全部日志和校验值、附件和所依据的规章", "写到哪里，.zip")
    evidence.add_argument("case", metavar="CASE_NO", help="申请编号，例如 QJ-2026-0001")


def _settings() -> Settings:
    return from_environment(os.environ)


def run(_given: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from bot.serve import serve

    return serve(_settings(), say)


def migrate(_given: argparse.Namespace) -> int:
    """Bring the database to this version's schema."""
    from storage.database import HEAD, WrongSchema, schema_version
    from storage.database import migrate as upgrade

    settings = _settings()
    before = schema_version(settings.database_url)
    try:
        upgrade(settings.database_url)
    except WrongSchema as error:
        raise Failed(NEWER_DATABASE) from error
    say(f"数据库已是 {HEAD} 版结构。" if before == HEAD else f"数据库结构已从 {before or '无'} 升级到 {HEAD}。")
    return 0


def verify(_given: argparse.Namespace) -> int:
    """Recompute everything that is derived from the journals and say what differs."""
    from bot.clock import SystemClock
    from storage.database import WrongSchema, open_work, path_of
    from storage.verify import verify as recompute

    settings = _settings()
    path = path_of(settings.database_url)
    if path is not None and not path.exists():
        raise Failed(f"没有找到数据库 {path}：请用 DATABASE_URL 指出它，或先用 banshi run 启动一次。")
    try:
        work = open_work(settings.database_url, SystemClock(settings.zone).now, settings.zone)
    except WrongSchema:
        raise Failed("数据库的结构与本版本不同：请先运行 banshi migrate。") from None
    try:
        report = work.run_sync(recompute)
    finally:
        work.close()
    for difference in report.differences:
        say(f"{difference.case_no or '全库'}：{difference.text}")
    say(f"核对 {report.cases} 件、日志 {report.lines} 条，不一致 {len(report.differences)} 处。")
    return 0 if report.ok else 1


def back_up(given: argparse.Namespace) -> int:
    """Write everything an office on SQLite needs into one file."""
    from bot.backup import back_up as write

    return 0 if write(_settings(), given.file, say) else 1


def check(given: argparse.Namespace) -> int:
    """Say everything that is wrong with an office and its rules; notices alone are no failure."""
    from bot.check import check as look_at
    from bot.clock import SystemClock

    settings = _settings()
    return look_at(given.office or settings.office, SystemClock(settings.zone), say)


def explain(given: argparse.Namespace) -> int:
    """Explain one request without filing it."""
    from bot.clock import SystemClock
    from bot.explain import explain_request

    settings = _settings()
    explain_request(settings, SystemClock(settings.zone), given.procedure, given.given[0], given.given[1:], say)
    return 0


def bring_people(given: argparse.Namespace) -> int:
    """Lay the personnel office's staff list over the office's own."""
    from bot.import_people import import_people

    import_people(_settings().office, given.file, say, leave=given.leave, dry_run=given.dry_run)
    return 0


def export(given: argparse.Namespace) -> int:
    """Write a register, a list of cases or the evidence of one case into a file."""
    from bot.clock import SystemClock
    from bot.export import export_cases, export_evidence, export_register

    settings = _settings()
    kinds = {"register": export_register, "cases": export_cases, "evidence": export_evidence}
    return 0 if kinds[given.kind](settings, SystemClock(settings.zone), given, say) else 1


def bind(given: argparse.Namespace) -> int:
    """Print the links by which one person binds an account and signs in."""
    from bot.bind import give_links

    give_links(_settings(), given.person, say)
    return 0


def play(given: argparse.Namespace) -> int:
    """Play scenario files and compare everything they expect."""
    from bot.scenarios import run_scenarios

    return 0 if run_scenarios(given.files, say, given.database) else 1


def coverage(given: argparse.Namespace) -> int:
    """Say how far every regulation is carried out, and what proves it."""
    from bot.coverage import cover

    return cover(given.files, say, as_json=given.json, packs=given.pack)


def simulate(given: argparse.Namespace) -> int:
    """Let an invented office live."""
    from bot.simulate import simulate as live

    return live(given.days, given.seed, say, given.log)


def read_phrases(given: argparse.Namespace) -> int:
    """Read a phrase file and compare what is understood of every sentence."""
    from bot.phrases import run_phrases

    return 0 if run_phrases(given.file, say) else 1
