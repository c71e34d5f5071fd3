"""`banshi import-people FILE`: the personnel office's staff list laid over the office's `people.csv`."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from bot.failed import Failed
from bot.output import put
from storage.office_import import Change, ListErrors, Merge, lay_over
from storage.office_people import COLUMNS, FILES
from storage.packs import PackErrors, load_packs

Say = Callable[[str], None]
_READABLE = 0o644


def import_people(folder: Path, listed: Path, say: Say, *, leave: bool = False, dry_run: bool = False) -> None:
    """Say what the list changes and, unless it is a dry run, write it.

    Raises:
        Failed: the list is not there, something in it is wrong, or the file cannot be written; nothing is changed.
    """
    if not listed.is_file():
        raise Failed(f"没有找到名单 {listed}：请写出 CSV 或 .xlsx 文件的路径。")
    try:
        merge = lay_over(folder, listed, load_packs().values(), leave=leave)
    except (PackErrors, ListErrors) as errors:
        raise Failed(f"{errors}\n名单没有导入，{FILES[0]} 没有改动：请逐条改正后再导入。") from None
    except OSError as error:
        raise Failed(f"名单 {listed} 读不出来：请检查文件能否打开。（{error}）") from None
    for line in _told(merge, leave=leave):
        say(line)
    path = (folder / FILES[0]).resolve()
    if not merge.anything:
        say(f"与 {path} 没有出入，没有写入。")
    elif dry_run:
        say("只是试算，没有写入；去掉 --dry-run 再运行一次即写入。")
    else:
        _write(path, merge.content)
        say(f"已写入 {path}，服务重新启动后生效；可再运行 banshi check 核对。")


def _write(path: Path, content: bytes) -> None:
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else _READABLE
    try:
        put(path, lambda file: file.write(content), mode)
    except OSError as error:
        raise Failed(f"{path} 没有写成，内容没有改动：请检查文件夹能否写入。（{error}）") from None


def _told(merge: Merge, *, leave: bool) -> Iterator[str]:
    """The changes, one person a line, each field with what it was and what it becomes."""
    yield f"新增 {len(merge.added)} 人，变更 {len(merge.changed)} 人，名单里没有的 {len(merge.missing)} 人。"
    for person in merge.added:
        cells = (f"{_label(column)} {after}" for column, (_, after) in person.cells.items() if column not in _NAMES)
        yield f"新增 {_who(person)}：{'，'.join(cells)}"
    for person in merge.changed:
        cells = (f"{_label(column)} {b or '（空）'} → {after}" for column, (b, after) in person.cells.items())
        yield f"变更 {_who(person)}：{'；'.join(cells)}"
    if not leave:
        yield from (f"名单里没有 {_who(person)}" for person in merge.missing)
    if merge.missing and not leave:
        yield "名单里没有的人没有改动；确已离开的，加 --leave 记为离职。"
    yield from (
        f"{_who(each)} 在名单里，名册上已不在职；如已回来，名单里加「状态」一栏写在职。" for each in merge.returned
    )


_NAMES = ("staff_no", "name")


def _who(person: Change) -> str:
    return f"{person.staff_no} {person.name}".rstrip()


def _label(column: str) -> str:
    return COLUMNS[column][0]
