"""The staff list of an office folder: `people.csv` or `people.xlsx`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flows.people import Person, Post
from flows.procedure.model import Pack
from storage.office_rows import Row, read_date, read_rows
from storage.pack_form import suggestion
from storage.problems import Problems

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "staff_no": ("工号", "编号", "staff_no"),
    "name": ("姓名", "name"),
    "section": ("科室", "部门", "section"),
    "title": ("职务", "title"),
    "posts": ("岗位", "posts"),
    "since": ("参加工作日期", "参加工作时间", "since"),
    "status": ("状态", "status"),
}
FILES = ("people.csv", "people.xlsx")
REQUIRED = ("staff_no", "name", "section", "posts")
ACTIVE = ("", "在职", "在岗")
LEFT = ("离职", "退休", "调出", "停用")
_CLERKS = ("员", "干部", "司机", "职员")


@dataclass
class PostNames:
    """Every way a post may be written: its id, its name, or its name without what stands in brackets."""

    ids: dict[str, str] = field(default_factory=dict)
    names: dict[str, set[str]] = field(default_factory=dict)
    mapped: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, packs: Iterable[Pack], mapped: Mapping[str, tuple[str, ...]]) -> "PostNames":
        """The posts of these packs; `mapped` is what the office's posts and words stand for besides."""
        known = cls(mapped=mapped)
        for pack in packs:
            for post, name in pack.roles.items():
                known.ids[post] = name
                for written in (name, name.partition("（")[0]):
                    known.names.setdefault(written, set()).add(post)
        return known

    def find(self, text: str) -> tuple[str, ...]:
        """The ids the text may mean: one, several where a name is shared, none where it is unknown."""
        return (text,) if text in self.ids else tuple(sorted(self.names.get(text, ())))

    def held(self, post: str, written: str) -> tuple[str, ...]:
        """The posts somebody holds of whom this one is written: itself and what the office maps it to, each once."""
        named = (post, written, self.ids.get(post, ""), self.ids.get(post, "").partition("（")[0])
        return tuple(dict.fromkeys((post, *(other for word in named for other in self.mapped.get(word, ())))))


@dataclass(frozen=True)
class StaffWords:
    """How cells of a staff list are compared: two ways to write the same date, status or posts are the same."""

    posts: PostNames

    def same(self, column: str, one: str, other: str) -> bool:
        """Whether the two cells of that column say the same."""
        if one == other:
            return True
        match column:
            case "since":
                return read_date(one) is not None and read_date(one) == read_date(other)
            case "status":
                return one in ACTIVE and other in ACTIVE
            case "posts":
                return self._held(one) == self._held(other)
            case _:
                return False

    def _held(self, text: str) -> frozenset[tuple[tuple[str, ...], str]]:
        """The posts written there, each as the ids it may mean (itself where it is unknown) and its section."""
        parts = [part.partition("@") for part in _split(text)]
        return frozenset(
            (self.posts.find(word.strip()) or (word.strip(),), section.strip()) for word, _, section in parts
        )


@dataclass(frozen=True)
class StaffList:
    """The people by staff number, and the line each stands on."""

    file: str
    people: Mapping[str, Person]
    lines: Mapping[str, int]


def people_file(folder: Path) -> Path:
    """The staff list of the folder: the .xlsx where there is one alone, else the .csv."""
    return next((folder / name for name in FILES if (folder / name).exists()), folder / FILES[0])


def read_people(
    folder: Path,
    packs: Iterable[Pack],
    sections: tuple[str, ...],
    mapped: Mapping[str, tuple[str, ...]],
    problems: Problems,
) -> StaffList:
    """The staff list of the folder; `sections` are the office's own list of sections (none: any).

    `mapped` is what the office's posts stand for besides themselves.
    """
    packs = tuple(packs)
    path = people_file(folder)
    if not path.exists():
        problems.error(path.name, 0, "没有人员名册", f"写一份 {FILES[0]}")
        return StaffList(path.name, {}, {})
    if all((folder / name).exists() for name in FILES):
        problems.error(FILES[0], 0, f"{FILES[0]} 与 {FILES[1]} 同时存在", "只留一份")
    reader = _Reader(path.name, PostNames.of(packs, mapped), _leaders(packs), sections, problems)
    for row in read_rows(path, COLUMNS, REQUIRED, problems):
        reader.add(row)
    _check_heads(reader, packs)
    return StaffList(reader.file, reader.people, reader.lines)


def _leaders(packs: Iterable[Pack]) -> frozenset[str]:
    return frozenset(post for pack in packs for post in pack.leaders)


@dataclass
class _Reader:
    file: str
    posts: PostNames
    leaders: frozenset[str]
    sections: tuple[str, ...]
    problems: Problems
    people: dict[str, Person] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def wrong(self, row: Row, message: str, fix: str) -> None:
        self.problems.error(self.file, row.line, message, fix)

    def add(self, row: Row) -> None:
        """Take in one row."""
        staff_no, name = row.get("staff_no"), row.get("name")
        if not staff_no:
            self.wrong(row, f"{name or '这一行'}没有工号", "补上工号")
            return
        if staff_no in self.people:
            self.wrong(row, f"工号 {staff_no} 重复（第一次在第 {self.lines[staff_no]} 行）", "一人一号")
            return
        if not name:
            self.wrong(row, f"工号 {staff_no} 没有姓名", "补上姓名")
        posts = tuple(post for text in _split(row.get("posts")) for post in self._post(row, text))
        if not posts:
            self.wrong(row, f"{name or staff_no} 没有岗位", "补上岗位，一般人员写「工作人员」")
        self.lines[staff_no] = row.line
        self.people[staff_no] = Person(
            staff_no=staff_no,
            name=name,
            section=self._section(row, row.get("section")),
            posts=posts,
            since=self._since(row),
            title=_called(row.get("title")),
            active=self._active(row),
            leader=any(post.id in self.leaders for post in posts),
        )

    def _post(self, row: Row, text: str) -> tuple[Post, ...]:
        written, _, section = text.partition("@")
        word = written.strip()
        ids = self.posts.find(word)
        if not ids and word in self.posts.mapped:
            ids = self.posts.mapped[word][:1]
        if len(ids) == 1:
            of = self._section(row, section.strip()) if section.strip() else ""
            return tuple(Post(post, of) for post in self.posts.held(ids[0], word))
        if ids:
            self.wrong(row, f"岗位「{written}」有几个同名的", f"写编号：{' 或 '.join(ids)}")
        else:
            near = suggestion(written, (*self.posts.names, *self.posts.ids))
            self.wrong(row, f"岗位「{written}」不认识", near)
        return ()

    def _section(self, row: Row, section: str) -> str:
        if not section:
            self.wrong(row, f"{row.get('name') or row.get('staff_no')} 没有科室", "补上科室")
        elif self.sections and section not in self.sections:
            near = suggestion(section, self.sections)
            self.wrong(row, f"科室「{section}」不在 office.yaml 的 sections 里", near)
        return section

    def _since(self, row: Row) -> date | None:
        text = row.get("since")
        found = read_date(text) if text else None
        if text and found is None:
            self.wrong(row, f"参加工作日期「{text}」不是日期", "写成 2004-05-10")
        return found

    def _active(self, row: Row) -> bool:
        status = row.get("status")
        if status not in (*ACTIVE, *LEFT):
            self.wrong(row, f"状态「{status}」不认识", f"可写：在职、{'、'.join(LEFT)}")
        return status not in LEFT


def _split(text: str) -> tuple[str, ...]:
    for mark in "；、,，":
        text = text.replace(mark, ";")
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _called(title: str) -> str:
    """The title as it follows a name when spoken to; a clerk is called by name alone."""
    return "" if title.endswith(_CLERKS) else title


def _check_heads(reader: _Reader, packs: Iterable[Pack]) -> None:
    """A section has one head: the first post of a pack's hierarchy."""
    heads = {pack.hierarchy[0] for pack in packs if pack.hierarchy}
    seen: dict[tuple[str, str], Person] = {}
    for person in reader.people.values():
        for post in person.posts if person.active else ():
            key = (post.id, post.section or person.section)
            other = seen.setdefault(key, person) if post.id in heads else person
            if other is not person:
                first = f"{other.name}（第 {reader.lines[other.staff_no]} 行）"
                message = f"{key[1]}有两个{reader.posts.ids[post.id]}：{first}、{person.name}"
                reader.problems.error(reader.file, reader.lines[person.staff_no], message, "只留一人，其余写副职")
