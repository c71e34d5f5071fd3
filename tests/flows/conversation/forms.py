"""Two small forms, an office of six and a talk to try them on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flows.calendar import Calendar
from flows.cards import Button, Message
from flows.conversation.answer import Said, Turn, answer
from flows.conversation.ask import begin, question
from flows.conversation.draft import Draft
from flows.people import Office, Person, Post, Seal
from flows.procedure.model import Field, Json, Pack, Procedure, Step, Test, Values

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)  # a Monday
TODAY = NOW.date()
CALENDAR = Calendar(off=frozenset({date(2026, 11, 26)}), published=frozenset({2026}))


def _person(staff_no: str, name: str, section: str, *, title: str = "", active: bool = True) -> Person:
    return Person(staff_no, name, section, (Post("staff"),), title=title, active=active)


OFFICE = Office(
    "某办公室",
    {
        person.staff_no: person
        for person in (
            _person("F001", "周建国", "室领导", title="主任"),
            _person("F020", "王芳", "办文科", title="科长"),
            _person("F021", "刘洋", "办文科"),
            _person("F022", "赵倩", "办文科"),
            _person("F031", "王芳", "信息科"),
            _person("F099", "老徐", "办文科", active=False),
        )
    },
    seals=(Seal("单位公章"), Seal("合同章")),
)

LEAVE = Procedure(
    id="leave_request",
    name="请假（事假/病假）",
    family="leave",
    initiator="staff",
    subject="请事假或病假",
    fields=(
        Field(
            "applicant_rank", "申请人职级", "choice", required=True, choices=("工作人员", "科室负责人"), computed="rank"
        ),
        Field("leave_type", "假别", "choice", required=True, choices=("事假", "病假", "急病"), ask="请哪一种假？"),
        Field("start_at", "开始", "datetime", required=True, ask="从什么时候开始？"),
        Field("end_at", "结束", "datetime", required=True, ask="到什么时候结束？"),
        Field("duration_days", "时长(天)", "number", required=True, computed="leave_days"),
        Field("reason", "事由", "text", required=True, ask="请写明事由。", long=True),
        Field(
            "medical_certificate",
            "医生证明",
            "file",
            required=False,
            ask="有医生证明请发上来。",
            ask_if=(Test("leave_type", "in", ["病假", "急病"]),),
        ),
    ),
    steps=(Step("submit", "填请假单", "staff", "submit"),),
    rules=(),
    pack="futian-office",
    words=("请假", "事假", "病假"),
    family_params={"type": "leave_type", "start": "start_at", "end": "end_at"},
)

SEAL = Procedure(
    id="seal_use",
    name="用印申请（四枚公章）",
    family="seal",
    initiator="staff",
    subject="盖章",
    fields=(
        Field(
            "seal",
            "印章",
            "choice",
            required=True,
            choices=("区委印章", "区政府印章", "区委办公室印章"),
            ask="用哪枚章？",
        ),
        Field("document", "用印文件", "file", required=True, ask="请把文件发上来。"),
        Field("copies", "盖印数", "number", required=True, ask="盖几个？", min=1, max=999),
        Field("handler", "经办人", "person", required=True, ask="经办人是谁？"),
        Field("check_result", "核对结论", "choice", required=False, choices=("相符",), outcome=True, ask="核对？"),
    ),
    steps=(Step("submit", "经办人申请", "staff", "submit"),),
    rules=(),
    pack="futian-office",
    words=("用印", "盖章"),
)

PACK = Pack("futian-office", "规章", "v1", {"staff": "工作人员"}, {"leave_request": LEAVE, "seal_use": SEAL})
FILE: Mapping[str, Json] = {"id": "u1", "name": "报名表.pdf", "size": 2048}


def draft_of(procedure: Procedure, known: Values | None = None, person: str = "F021") -> Draft:
    """A draft just begun by that person."""
    return replace(begin(PACK, procedure, known or {}, TODAY), person=person)


class Talk:
    """A talk held line by line; a line `[提交申请]` presses the button of that label in the last message."""

    def __init__(self, procedure: Procedure, known: Values | None = None, now: datetime = NOW) -> None:
        self.procedure = procedure
        self.now = now
        draft = draft_of(procedure, known)
        self.draft: Draft | None = draft
        self.message = question(procedure, draft, OFFICE, now, CALENDAR) if draft.asking else Message()
        self.turn = Turn(draft)

    @property
    def values(self) -> Values:
        """What has been filled in."""
        assert self.draft is not None
        return self.draft.values

    def say(self, *lines: str | Mapping[str, Json]) -> "Talk":
        """Say the lines (texts, presses by label, uploads) one after the other."""
        for line in lines:
            if not isinstance(line, str):
                self._take(Said(file=line))
            elif line.startswith("["):
                self._take(Said(press=self.button(line.strip("[]")).press.removeprefix("draft:")))
            else:
                self._take(Said(text=line))
        return self

    def _take(self, said: Said) -> None:
        assert self.draft is not None
        self.turn = answer(self.procedure, self.draft, said, OFFICE, CALENDAR, self.now)
        self.draft = self.turn.draft
        self.message = self.turn.messages[-1] if self.turn.messages else Message()

    def press(self, code: str) -> Turn:
        """What follows from a press code (what stands behind `draft:`)."""
        self._take(Said(press=code))
        return self.turn

    def button(self, label: str) -> Button:
        """The button of that label in the last message."""
        found = [button for row in self.message.buttons for button in row if button.label == label]
        assert len(found) == 1, f"{label} in {labels(self.message)}"
        return found[0]

    @property
    def stage(self) -> str:
        """The stage and the field in question, or `gone`."""
        return f"{self.draft.stage} {self.draft.asking}".strip() if self.draft else "gone"


def labels(message: Message) -> list[list[str]]:
    """The labels of the message's buttons, row by row."""
    return [[button.label for button in row] for row in message.buttons]
