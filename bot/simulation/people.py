"""What the people of the year say and press: how they ask, how they answer questions, how they decide."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from bot.simulation.dice import Dice
from bot.simulation.house import House
from flows.cards import Button
from flows.conversation.dates import kept
from flows.conversation.draft import Draft
from flows.conversation.reading import choices_of
from flows.procedure.model import Field
from handlers.events import Answer
from handlers.queries import procedures_for

MOST_ANSWERS = 60
_WHY = ("家里有事", "去医院看牙", "接待来访", "下基层调研", "办理证明", "参加培训", "送审材料", "例行工作")
_PLACES = ("市政务中心", "区档案馆", "北山街道", "高铁站", "市委党校")
_REASONS = ("时间不合适，请改一改", "材料还不齐", "请补充说明", "与会议安排冲突")
_WEIGHTS: Mapping[str, float] = {"refuse": 0.04, "send_back": 0.05, "withdraw": 0.02, "cancel": 0.01, "urge": 0.0}
"""How likely a button is pressed beside the ones that carry a case on (which count as one)."""
_ONWARD = frozenset({"do", "set", "offer", "redo", "sure"})
_FOLLOWED = frozenset({"sure", "count"})


class People:
    """What anybody may do; every choice is the dice's."""

    def __init__(self, house: House, dice: Dice) -> None:
        self._house = house
        self._dice = dice

    def ask_for_something(self, person: str) -> Answer:
        """Begin a request in one sentence or from the menu, and answer what is asked until it is filed or given up."""
        self._house.say(person, "取消")
        kind = self._dice.random()
        if kind < 0.75:
            begun = self._house.say(person, self._dice.choice((self._leave, self._car, self._seal))())
        else:
            known = procedures_for(self._house.desk, person)
            begun = self._house.tap(person, f"start:{self._dice.choice(known).id}") if known else Answer()
        return self._answered(person, begun)

    def react(self, person: str, case_id: str) -> Answer | None:
        """Look at the case's card and press a button; None where the person has nothing to press."""
        card = self._house.card(case_id, person)
        pressed = self._picked([button for row in card.buttons for button in row]) if card is not None else None
        if pressed is None:
            return None
        answer = self._answered(person, self._house.tap(person, pressed.press))
        again = [b for b in self._house.last_buttons(person) if b.press.partition(":")[0] in _FOLLOWED]
        return self._answered(person, self._house.tap(person, again[0].press)) if again and answer.ok else answer

    def _picked(self, buttons: list[Button]) -> Button | None:
        onward = [button for button in buttons if button.press.partition(":")[0] in _ONWARD]
        weights = [_WEIGHTS.get(button.press.split(":")[1], 1.0) for button in onward]
        return self._dice.choices(onward, weights)[0] if sum(weights) > 0 else None

    def _answered(self, person: str, answer: Answer) -> Answer:
        """Answer until nothing is asked any more; who cannot is through with it and says so."""
        before = ""
        for _ in range(MOST_ANSWERS):
            draft = self._house.draft(person)
            if draft is None:
                return answer
            if draft.stage == "summary":
                answer = self._house.say(person, "提交")
                if not answer.ok or self._house.draft(person) is not None:
                    break
                continue
            again = f"{draft.stage}:{draft.asking}:{draft.verb}"
            if again == before:
                break
            before = again
            answer = self._answer(person, draft)
        self._house.say(person, "取消")
        return answer

    def _answer(self, person: str, draft: Draft) -> Answer:
        procedure = self._house.rules.current[draft.pack].procedures[draft.procedure]
        field = procedure.field_by_id.get(draft.asking)
        if field is None:
            return self._house.say(person, self._dice.choice(_REASONS))
        if field.type == "file":
            return self._house.send(person, "材料.pdf")
        choices = choices_of(field, self._house.office)
        if choices:
            return self._house.say(person, self._dice.choice(choices))
        return self._house.say(person, _SAID[field.type](self, field, draft))

    def _when(self, field: Field, draft: Draft) -> str:
        known = [slot.day for value in draft.values.values() if (slot := kept(value)) is not None]
        begins = max(known) if known else self._house.now.date() + timedelta(days=self._dice.randint(0, 12))
        day = begins + timedelta(days=self._dice.choice((0, 0, 1, 1, 2, 4)) if known else 0)
        if field.type == "date":
            return _day(day)
        return f"{_day(day)}{self._dice.choice(('9:00', '11:00', '15:00', '17:00'))}"

    def _number(self, _field: Field, _draft: Draft) -> str:
        return str(self._dice.choice((1, 1, 2, 3, 5, 20)))

    def _money(self, _field: Field, _draft: Draft) -> str:
        return str(self._dice.choice((80, 500, 800, 2000, 4999, 5000, 12000, 60000)))

    def _colleague(self, _field: Field, _draft: Draft) -> str:
        return self._dice.choice([one.staff_no for one in self._house.office.people.values() if one.active])

    def _text(self, _field: Field, _draft: Draft) -> str:
        return self._dice.choice(_WHY)

    def _leave(self) -> str:
        kind = self._dice.choice(("事假", "事假", "病假", "休假"))
        long = self._dice.choice(("半天", "一天", "一天", "两天", "三天"))
        when = self._soon()
        return (
            f"{when}上午请半天{kind}，{self._text_now()}"
            if long == "半天"
            else f"{when}起请{long}{kind}，{self._text_now()}"
        )

    def _car(self) -> str:
        hour = self._dice.choice(("上午九点", "下午两点", "下午三点"))
        where, how_many = self._dice.choice(_PLACES), self._dice.randint(1, 4)
        return f"{self._soon()}{hour}要一辆车去{where}，{how_many}个人，{self._text_now()}"

    def _seal(self) -> str:
        seal = self._dice.choice([one.name for one in self._house.office.seals])
        return f"盖{seal}，{self._dice.randint(1, 5)}份，{self._text_now()}"

    def _text_now(self) -> str:
        return self._dice.choice(_WHY)

    def _soon(self) -> str:
        return self._dice.choice(
            ("明天", "后天", _day(self._house.now.date() + timedelta(days=self._dice.randint(2, 20))))
        )


_SAID: Mapping[str, Callable[[People, Field, Draft], str]] = {
    "date": People._when,
    "datetime": People._when,
    "number": People._number,
    "money": People._money,
    "person": People._colleague,
    "dept": People._text,
    "text": People._text,
    "choice": People._text,
}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def in_hours(moment: datetime, house: House, dice: Dice) -> datetime:
    """The moment, or some time after the office next opens."""
    if house.calendar.is_open(moment):
        return moment
    opening = moment
    while not house.calendar.is_open(opening):
        opening = _next_opening(opening, house)
    return opening + timedelta(minutes=dice.randint(1, 50))


def _next_opening(moment: datetime, house: House) -> datetime:
    day = moment.date() if house.calendar.is_workday(moment.date()) else house.calendar.next_workday(moment.date())
    for start, _ in (house.calendar.hours.of("am"), house.calendar.hours.of("pm")):
        begins = datetime.combine(day, start, moment.tzinfo)
        if begins >= moment:
            return begins
    after = datetime.combine(house.calendar.next_workday(day), time.min, moment.tzinfo)
    return _next_opening(after, house)
