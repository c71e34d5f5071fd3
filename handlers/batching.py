"""Agreeing to several requests of one kind at once: a sheet that lists each, one confirm, one event per case."""

from collections import Counter
from dataclasses import dataclass

from flows.approval import words
from flows.approval.act import Act
from flows.approval.batch import batchable, kind_of_batch
from flows.approval.card import card_of
from flows.approval.turn import my_visit
from flows.cards import Button, Fact, Message
from flows.conversation.draft import Draft
from flows.errors import Refused, StaleButton, UnknownCase
from flows.procedure.model import Json
from handlers.decisions import do
from handlers.events import Answer, Inbound
from handlers.filing import behind, resume
from handlers.gather import Bound, bound, facts_of, load, seen
from handlers.ports import Desk, Unit
from handlers.refusals import sentence

MOST = 20
LEAST = 2
_YES = ("全部同意", "同意", "确认", "是")


@dataclass(frozen=True, slots=True)
class Item:
    """One case of a sheet, as it stood when the sheet was shown."""

    found: Bound
    visit: int

    @property
    def plain(self) -> list[Json]:
        """The case, the asking and how much material had been added, for the draft."""
        return [self.found.case.id, self.visit, len(self.found.case.added)]


def _items(unit: Unit, desk: Desk, person: str) -> tuple[Item, ...]:
    """Everything that waits for the person and may be agreed to together with others, in the box's order."""
    items = []
    for case in unit.box("to_approve", person, offset=0, limit=MOST * 2):
        found = bound(desk, case)
        facts = facts_of(unit, desk, found)
        mine = my_visit(case, found.procedure, person, facts)
        if mine is not None and batchable(case, found.pack, found.procedure, person, facts):
            items.append(Item(found, mine.index))
    return tuple(items)


def batch_buttons(unit: Unit, desk: Desk, person: str) -> tuple[Button, ...]:
    """A button for each kind of which at least two unflagged cases wait: 批量同意（事假 3 件）."""
    items = _items(unit, desk, person)
    first = {kind_of_batch(item.found.case, item.found.procedure): item for item in reversed(items)}
    many = Counter(kind_of_batch(item.found.case, item.found.procedure) for item in items)
    return tuple(
        Button(f"批量同意（{kind[1]} {min(count, MOST)} 件）", f"batch:{first[kind].found.case.id}")
        for kind, count in many.items()
        if count >= LEAST
    )


def start(unit: Unit, desk: Desk, person: str) -> Answer:
    """The sheet of the only kind there is, or the kinds to choose from.

    Raises:
        Refused: there is none.
    """
    kinds = batch_buttons(unit, desk, person)
    if not kinds:
        raise Refused("现在没有可以一起同意的；用印的、有提示的请逐件办理，发送“待办”查看。")
    if len(kinds) == 1:
        return show_sheet(unit, desk, person, kinds[0].press.partition(":")[2])
    unit.say(person, Message(text="要一起同意哪一类？", buttons=tuple((kind,) for kind in kinds), expects="choice"))
    return Answer()


def show_sheet(unit: Unit, desk: Desk, person: str, case_id: str) -> Answer:
    """The sheet of the kind that case is of: each name with its decisive fact; nothing is decided yet.

    Raises:
        StaleButton: fewer than two are left.
    """
    named = seen(unit, desk, case_id, person)
    kind = kind_of_batch(named.case, named.procedure)
    every = (item for item in _items(unit, desk, person))
    items = [item for item in every if kind_of_batch(item.found.case, item.found.procedure) == kind][:MOST]
    if len(items) < LEAST:
        raise StaleButton("现在没有几件同类的可以一起同意，请逐件办理。")
    earlier = unit.draft(person)
    turn = earlier.turn + 1 if earlier is not None else 1
    draft = Draft(
        named.pack.id,
        named.pack.version,
        named.procedure.id,
        values={"items": [item.plain for item in items]},
        stage="reason",
        turn=turn,
        case_id=items[0].found.case.id,
        verb="batch",
        person=person,
        behind=behind(earlier),
    )
    unit.keep_draft(person, draft)
    yes = Button(f"全部同意（{len(items)} 件）", f"reason:{turn}:yes", "primary")
    unit.say(
        person,
        Message(
            text=f"{kind[1]} {len(items)} 件，请逐件核对；确认后一并同意。有提示的和用印的不在其中。",
            summary=tuple(_line(unit, desk, item, person) for item in items),
            buttons=((yes, Button("取消", f"reason:{turn}:cancel")),),
            expects="choice",
        ),
    )
    return Answer()


def _line(unit: Unit, desk: Desk, item: Item, person: str) -> Fact:
    found = item.found
    card = card_of(found.pack, found.procedure, found.case, person, facts_of(unit, desk, found))
    facts = "，".join(fact.text for fact in card.facts[:3])
    return Fact(
        desk.office.name_of(found.case.applicant), f"{card.title.partition('· ')[2]}，{facts}（{card.case_no}）"
    )


def on_sheet(unit: Unit, desk: Desk, draft: Draft, inbound: Inbound) -> Answer:
    """The sheet confirmed or called off; what cannot be agreed to any more is told case by case."""
    said = inbound.text if inbound.what == "tap" else inbound.text.strip()
    if said in ("取消", "算了", "/cancel", f"reason:{draft.turn}:cancel"):
        unit.say(draft.person, Message(text="好的，没有作决定。"))
        resume(unit, desk, draft)
        return Answer()
    if said != f"reason:{draft.turn}:yes" and said not in _YES:
        raise StaleButton("请点“全部同意”或“取消”；要逐件办理，请发送“待办”。")
    listed = draft.values.get("items")
    items = [item for item in listed if isinstance(item, list)] if isinstance(listed, list) else []
    failed = [(item, why) for item in items for why in [_agree(unit, desk, draft.person, item)] if why]
    text = f"已同意 {len(items) - len(failed)} 件。"
    lines = [f"未办：{_called(unit, desk, item)}，{why}" for item, why in failed]
    unit.say(draft.person, Message(text="\n".join([text, *lines]), tone="neutral" if lines else "agreed"))
    resume(unit, desk, draft)
    return Answer(text if not lines else f"{text.removesuffix('。')}，{len(lines)} 件未办。")


def _agree(unit: Unit, desk: Desk, person: str, item: list[Json]) -> str:
    """Agree to one case of the sheet; why not, where it cannot be agreed to as it was shown."""
    case_id, visit, added = str(item[0]), item[1], item[2]
    try:
        found = seen(unit, desk, case_id, person)
        if len(found.case.added) != added:
            return "申请人又补充了材料，请单独看。"
        if found.case.open_visit is not None and found.case.open_visit.index == visit:
            facts = facts_of(unit, desk, found)
            if not batchable(found.case, found.pack, found.procedure, person, facts):
                return "现在有提示或不能一并办理，请单独看。"
        do(unit, desk, Act("agree", person, visit=visit if isinstance(visit, int) else -1), case_id)
    except UnknownCase:
        return "本件已不在您这里。"
    except Refused as refusal:
        return sentence(refusal, desk.office, tuple(desk.rules.current.values()))
    return ""


def _called(unit: Unit, desk: Desk, item: list[Json]) -> str:
    found = load(unit, desk, str(item[0]))
    return f"{words.title(found.procedure, found.case, desk.office)}（{found.case.no}）"
