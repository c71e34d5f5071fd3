"""A small office in memory behind the console: its conversations, cases and counts really change."""

import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.channels.console_facade import (
    BoxPage,
    CalendarDay,
    CalendarPage,
    ConsoleMessage,
    NotHere,
    OpenedFile,
    PersonLine,
    ProcedureLine,
    RegisterLine,
    RegisterSheet,
)
from bot.channels.console_hub import LocalHub
from flows.calendar import days
from flows.cards import (
    Button,
    Card,
    CaseLine,
    CasePage,
    ClauseText,
    Fact,
    FleetWeek,
    LogLine,
    Message,
    RegisterBook,
    RegisterPage,
    RouteLine,
    Tone,
)
from flows.records import StoredFile
from handlers.events import Answer
from handlers.ports import Box
from storage.sheets import sheet_of
from tests.bot.console.fake_fleet import small_week

ZONE = ZoneInfo("Asia/Shanghai")
TONES: dict[str, Tone] = {"pending": "waiting", "agreed": "agreed", "refused": "refused"}
START = datetime(2026, 11, 24, 9, 14, tzinfo=ZONE)
PAGE = 8
PEOPLE = (
    PersonLine("F001", "周建国", "主任", "室领导"),
    PersonLine("F002", "李慧敏", "副主任", "室领导"),
    PersonLine("F010", "陈志远", "秘书科科长", "秘书科"),
    PersonLine("F013", "何静", "印章管理员", "秘书科"),
    PersonLine("F020", "王芳", "办文科科长", "办文科"),
    PersonLine("F021", "刘洋", "", "办文科"),
    PersonLine("F099", "古丽娜扎尔·买买提艾力", "党政综合信息化建设与保障协调科副科长", "办文科"),
)
CLAUSES = {
    "leave/r1": ClauseText("leave/r1", "请销假制度(三)", "满一天的事假由分管领导批。"),
    "leave/r2": ClauseText("leave/r2", "请销假制度(六)", "全年事假累计超过十五天的，报主任批。"),
}


@dataclass
class Matter:
    """One case of the small office: who filed it, who is asked, and how it stands."""

    id: str
    no: str
    applicant: str
    approver: str
    kind: str
    fact: str
    reason: str
    state: Literal["pending", "agreed", "refused"] = "pending"
    overdue: bool = False
    flagged: bool = False
    file: str = ""
    decided_at: str = ""


@dataclass
class SmallOffice:
    """A console facade whose facts live as long as the test."""

    hub: LocalHub = field(default_factory=LocalHub)
    matters: dict[str, Matter] = field(default_factory=dict)
    talks: dict[str, list[ConsoleMessage]] = field(default_factory=dict)
    files: dict[str, tuple[StoredFile, bytes]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    rows: tuple[tuple[str, ...], ...] = ()
    clock: datetime = START
    last_id: int = 0
    last_version: int = 0

    def say(self, person: str, message: Message) -> ConsoleMessage:
        """Put a message into a person's conversation and wake their windows."""
        return self._add(person, ConsoleMessage(0, 0, "out", self.clock, message))

    def heard(self, person: str, text: str) -> ConsoleMessage:
        """Keep what a person said."""
        return self._add(person, ConsoleMessage(0, 0, "in", self.clock, text=text))

    def file_matter(self, matter: Matter) -> None:
        """A case comes in: a card for whoever is asked and one for who filed it."""
        self.matters[matter.id] = matter
        for person in (matter.approver, matter.applicant):
            self.say(person, Message(card=self.card(person, matter)))

    def _add(self, person: str, entry: ConsoleMessage) -> ConsoleMessage:
        self.last_id += 1
        self.last_version += 1
        self.clock += timedelta(minutes=1)
        kept = replace(entry, id=self.last_id, version=self.last_version)
        self.talks.setdefault(person, []).append(kept)
        self.hub.wake((person,))
        return kept

    def _redraw(self, matter: Matter) -> None:
        for person, talk in self.talks.items():
            for n, entry in enumerate(talk):
                if entry.message and entry.message.card and entry.message.card.case_id == matter.id:
                    self.last_version += 1
                    card = self.card(person, matter)
                    talk[n] = replace(
                        entry, version=self.last_version, message=Message(card=card), changed_at=self.clock
                    )
            self.hub.wake((person,))

    def name(self, staff_no: str) -> str:
        """A person's name with the post."""
        found = next(line for line in PEOPLE if line.staff_no == staff_no)
        return f"{found.name}{found.title}"

    def card(self, viewer: str, matter: Matter) -> Card:
        """The card of a case as this viewer sees it now."""
        pending = matter.state == "pending"
        waiting = "待您审批" if viewer == matter.approver else "待审批"
        words = {"pending": waiting, "agreed": "已通过", "refused": "未通过"}[matter.state]
        tone = "overdue" if matter.overdue and pending else TONES[matter.state]
        return Card(
            key=f"{matter.id}:{viewer}",
            case_id=matter.id,
            case_no=matter.no,
            code=hashlib.sha256(matter.id.encode()).hexdigest()[:4],
            state=matter.state,
            state_text=f"超时 · {words}" if tone == "overdue" else words,
            tone=tone,
            title=f"{next(p.name for p in PEOPLE if p.staff_no == matter.applicant)}的{matter.kind}申请",
            facts=(
                Fact("时间", matter.fact),
                Fact("事由", matter.reason),
                Fact("今年", "事假已用 6 天，批准后 7.5 天", ("leave/r2",)),
                Fact("同期", "科内无人请假"),
            ),
            warnings=(Fact("次数", "本月第三次请假，请留意科内安排。", ("leave/r2",)),) if matter.flagged else (),
            route=self.route(matter),
            deadline="请于今天 18:00 前处理" if pending and viewer == matter.approver else "",
            note=matter.decided_at,
            buttons=self.buttons(viewer, matter),
        )

    def route(self, matter: Matter) -> tuple[RouteLine, ...]:
        """Who has it, who had it and who is to come."""
        here: Literal["done", "waiting"] = "waiting" if matter.state == "pending" else "done"
        opinion = {"pending": "", "agreed": "同意", "refused": "不同意：科里人手不够"}[matter.state]
        return (
            RouteLine("王芳", "办文科科长", "审核", "done", "11月23日(周一)16:20", "同意，已安排好工作。"),
            RouteLine(
                self.name(matter.approver),
                "分管领导",
                "审批",
                here,
                "11月24日(周二)09:14",
                opinion,
                "满一天，分管领导批",
                ("leave/r1",),
            ),
            RouteLine("赵倩", "考勤员", "登记", "ended" if matter.state == "refused" else "to_come", why="批准后记入"),
        )

    def buttons(self, viewer: str, matter: Matter) -> tuple[tuple[Button, ...], ...]:
        """What this viewer may press now."""
        if matter.state != "pending":
            return ()
        if viewer == matter.approver:
            first = (Button("同意", f"agree:{matter.id}", "primary"), Button("不同意", f"refuse:{matter.id}", "danger"))
            return (first, (Button("退回修改", f"back:{matter.id}"),))
        return ((Button("催办", f"urge:{matter.id}"), Button("撤回", f"withdraw:{matter.id}")),)

    async def people(self) -> tuple[PersonLine, ...]:
        """Everybody of the small office."""
        return PEOPLE

    async def person(self, person: str) -> PersonLine | None:
        """One of them."""
        return next((line for line in PEOPLE if line.staff_no == person), None)

    async def receive(
        self,
        person: str,
        key: str,
        what: Literal["text", "tap", "file"],
        *,
        text: str = "",
        file: StoredFile | None = None,
    ) -> Answer:
        """Take an event in once."""
        if key not in self.answers:
            self.answers[key] = self._take(person, what, f"{file.name} {text}".strip() if file else text)
        return self.answers[key]

    def _take(self, person: str, what: str, text: str) -> Answer:
        verb, _, rest = text.partition(":")
        if text == "boom":
            raise RuntimeError(f"a bug that quotes what was said: {text}")
        if what == "tap" and verb in ("agree", "refuse"):
            return self._decide(person, self.matters[rest], "agreed" if verb == "agree" else "refused")
        if what == "tap" and verb == "open":
            return Answer(case_id=rest)
        self.heard(person, text if what != "file" else f"附件：{text}")
        if text in ("请假", "start:leave"):
            kinds = (Button("事假", "kind:事假"), Button("病假", "kind:病假"))
            self.say(person, Message("请哪种假？", buttons=(kinds,)))
        elif text.startswith("kind:"):
            self.say(person, Message("从哪天开始？", expects="date", buttons=((Button("取消", "cancel"),),)))
        else:
            self.say(person, Message(f"收到：{text}"))
        return Answer()

    def _decide(self, person: str, matter: Matter, state: Literal["agreed", "refused"]) -> Answer:
        if matter.state != "pending":
            return Answer("本件已经办过，无需再办。", ok=False)
        matter.state = state
        verb = "同意" if state == "agreed" else "不同意"
        matter.decided_at = f"{self.name(person)}于 11月24日(周二)10:02 {verb}"
        self._redraw(matter)
        return Answer(f"已{verb}。", case_id=matter.id)

    async def version(self, person: str) -> int:
        """The newest version this person has."""
        return max((entry.version for entry in self.talks.get(person, ())), default=0)

    async def messages(self, person: str, *, before: int | None, limit: int) -> tuple[ConsoleMessage, ...]:
        """The last messages before one."""
        return tuple(entry for entry in self.talks.get(person, ()) if before is None or entry.id < before)[-limit:]

    async def changes(self, person: str, after: int) -> tuple[ConsoleMessage, ...]:
        """What is newer than a version."""
        newer = (entry for entry in self.talks.get(person, ()) if entry.version > after)
        return tuple(sorted(newer, key=lambda entry: entry.version))

    def _in_box(self, person: str, box: Box) -> tuple[Matter, ...]:
        chosen = {
            "to_approve": lambda m: m.approver == person and m.state == "pending",
            "done": lambda m: m.approver == person and m.state != "pending",
            "mine": lambda m: m.applicant == person,
            "to_handle": lambda _: False,
            "copied": lambda _: False,
        }[box]
        return tuple(sorted(filter(chosen, self.matters.values()), key=lambda m: not m.overdue))

    async def counts(self, person: str) -> Mapping[Box, int]:
        """How many cases each box holds."""
        boxes: tuple[Box, ...] = ("to_approve", "to_handle", "mine", "done", "copied")
        return {box: len(self._in_box(person, box)) for box in boxes}

    async def box(self, person: str, box: Box, page: int) -> BoxPage:
        """One page of a box."""
        found = self._in_box(person, box)
        pages = max(1, -(-len(found) // PAGE))
        page = min(page, pages)
        lines = tuple(self._line(person, matter) for matter in found[(page - 1) * PAGE : page * PAGE])
        return BoxPage(lines, page, pages, len(found))

    def _line(self, person: str, matter: Matter) -> CaseLine:
        card = self.card(person, matter)
        words = card.state_text.removeprefix("超时 · ")
        return CaseLine(
            matter.id, matter.no, card.code, card.title, matter.fact, words, card.tone, "11月24日 09:14",
            matter.overdue and matter.state == "pending", matter.flagged,
        )  # fmt: skip

    async def search(self, person: str, text: str, page: int) -> BoxPage:
        """The person's cases whose reason holds the text."""
        found = [m for m in self.matters.values() if person in (m.applicant, m.approver) and text in m.reason]
        return BoxPage(tuple(self._line(person, matter) for matter in found), page, 1, len(found))

    async def case_page(self, person: str, case_id: str) -> CasePage:
        """A case in full, for whoever has to do with it."""
        matter = self.matters.get(case_id)
        if matter is None or person not in (matter.applicant, matter.approver, "F001"):
            raise NotHere
        attachment = (Fact("附件", self.files[matter.file][0].name, file=matter.file),) if matter.file else ()
        form = (
            Fact("申请人", self.name(matter.applicant)),
            Fact("假别", matter.kind),
            Fact("时间", matter.fact),
            Fact("事由", matter.reason),
            Fact("工作代理人", "赵倩"),
            *attachment,
        )
        log = (
            LogLine("11月23日(周一)15:58", self.name(matter.applicant), "提交申请"),
            LogLine("11月23日(周一)16:20", "王芳科长", "同意：同意，已安排好工作。"),
        )
        return CasePage(self.card(person, matter), form, log, tuple(CLAUSES.values()))

    async def clauses(self, entries: tuple[str, ...]) -> Mapping[str, ClauseText]:
        """What stands behind ledger ids."""
        return {entry: CLAUSES[entry] for entry in entries if entry in CLAUSES}

    async def procedures(self, person: str) -> tuple[ProcedureLine, ...]:
        """What may be begun."""
        return (
            ProcedureLine("leave", "请假", "请销假", "start:leave"),
            ProcedureLine("leave_return", "销假", "请销假", "start:leave_return"),
            ProcedureLine("seal_use", "用印", "印章", "start:seal_use"),
        )

    async def registers(self, person: str) -> tuple[RegisterLine, ...]:
        """The one register, for everybody but 刘洋."""
        seals = RegisterLine("seals", "用印登记簿", len(self.rows), "印章管理与使用制度(五)")
        return () if person == "F021" else (seals,)

    async def register_page(self, person: str, register: str, page: int) -> RegisterPage:
        """Its rows; the second is void."""
        if register != "seals" or person == "F021":
            raise NotHere
        pages = max(1, -(-len(self.rows) // PAGE))
        page = min(page, pages)
        rows = self.rows[(page - 1) * PAGE : page * PAGE]
        columns = ("序号", "日期", "印章", "用印事由", "批准人", "份数", "经办人")
        return RegisterPage("seals", "用印登记簿", columns, rows, frozenset({1}), page, pages, "印章管理与使用制度(五)")

    async def register_sheet(self, person: str, register: str) -> RegisterSheet:
        """The rows as a spreadsheet."""
        page = await self.register_page(person, register, 1)
        return RegisterSheet(page.title, sheet_of(RegisterBook(page.title, page.columns, page.rows, page.void)))

    async def calendar_page(self, person: str, year: int | None, month: int | None) -> CalendarPage:
        """A month with one leave of everybody's own and colleagues away."""
        first = date(year or 2026, month or 11, 1)
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        shown = tuple(self._day(day) for day in days(first, last))
        return CalendarPage(first.year, first.month, shown, date(2026, 11, 24))

    def _day(self, day: date) -> CalendarDay:
        kind: Literal["work", "off", "makeup"] = "work" if day.weekday() < 5 else "off"
        if day == date(2026, 10, 10):
            kind = "makeup"
        holiday = date(2026, 10, 1) <= day <= date(2026, 10, 7)
        return CalendarDay(
            day,
            "off" if holiday else kind,
            name="国庆节" if holiday else "",
            provisional=day.year > 2026,
            own="事假 上午" if day == date(2026, 11, 26) else "",
            away={25: ("王芳",), 26: ("王芳", "赵倩", "林涛")}.get(day.day, ()),
        )

    async def gives_cars(self) -> bool:
        """It has cars."""
        return True

    async def fleet_week(self, person: str, day: date | None) -> FleetWeek:
        """Three cars: a busy one, one away for days, one that is free."""
        return small_week(PEOPLE, day or date(2026, 11, 24))

    async def keep_upload(self, person: str, name: str, content: AsyncIterator[bytes]) -> StoredFile:
        """Keep the bytes; nothing of them if they do not all come."""
        whole = b"".join([piece async for piece in content])
        digest = hashlib.sha256(whole).hexdigest()
        stored = StoredFile(f"f{len(self.files) + 1}", name, len(whole), digest, person)
        self.files[stored.id] = (stored, whole)
        return stored

    async def open_file(self, person: str, file_id: str) -> OpenedFile:
        """The bytes, in two pieces."""
        if file_id not in self.files:
            raise NotHere
        stored, whole = self.files[file_id]
        half = len(whole) // 2
        return OpenedFile(stored.name, stored.size, _pieces((whole[:half], whole[half:])))


async def _pieces(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
