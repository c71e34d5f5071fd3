"""`banshi explain PROCEDURE --as STAFF_NO field=value …`: what filing that today would mean, without filing it."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing

from bot.failed import Failed
from bot.settings import Settings
from flows.conversation.reading import read
from flows.errors import BadAnswer, Refused
from flows.facts import Facts
from flows.procedure.explain import explain
from flows.procedure.model import Json, Pack, Procedure
from handlers.gather import facts_for, procedure_named
from handlers.ports import Clock, Desk, Rules
from storage.database import WrongSchema, open_work, path_of
from storage.office import OfficeErrors, read_office
from storage.packs import PackErrors, load_packs


def explain_request(
    settings: Settings, clock: Clock, procedure: str, applicant: str, given: Sequence[str], say: Callable[[str], None]
) -> None:
    """Print the explanation line by line; history comes from the database where there is one.

    Raises:
        Failed: no such procedure, person or field, a value cannot be read, or the office's files cannot be used.
    """
    try:
        packs = load_packs()
        office = read_office(settings.office, tuple(packs.values()))
    except (PackErrors, OfficeErrors) as errors:
        raise Failed(str(errors)) from None
    desk = Desk(office.office, Rules(packs, {}), office.calendar, clock.now())
    try:
        pack, chosen = procedure_named(desk, procedure, off=True)
    except Refused:
        known = "、".join(name for pack in packs.values() for name in pack.procedures)
        raise Failed(f"没有事项「{procedure}」。可写：{known}。") from None
    person = office.office.people.get(applicant)
    if person is None or not person.active:
        raise Failed(f"没有工号为「{applicant}」的在岗人员，请核对 {settings.office} 的人员名册。")
    values = read_values(chosen, given, applicant, desk)
    for line in explain(
        pack, chosen, values, applicant, _facts(settings, desk, pack, applicant, values, chosen.family)
    ):
        say(line)


def read_values(procedure: Procedure, given: Sequence[str], applicant: str, desk: Desk) -> dict[str, Json]:
    """The `field=value` words as the form keeps them, read as if they had been said in the talk.

    Raises:
        Failed: there is no such field, or the value cannot be read.
    """
    values: dict[str, Json] = {}
    for word in given:
        name, sign, text = word.partition("=")
        field = procedure.field_by_id.get(name)
        if not sign or field is None:
            known = "、".join(f"{item.id}（{item.name}）" for item in procedure.fields)
            raise Failed(f"「{word}」要写成 字段=值。字段有：{known}。")
        if field.type == "file":
            values[name] = {"id": "", "name": text, "size": 0}
            continue
        try:
            values[name] = read(
                field,
                text,
                office=desk.office,
                calendar=desk.calendar,
                now=desk.now,
                values=values,
                person=applicant,
            )
        except BadAnswer as refused:
            raise Failed(f"{name}：{refused.sentence}") from None
    return values


def _facts(
    settings: Settings, desk: Desk, pack: Pack, applicant: str, values: Mapping[str, Json], family: str
) -> Facts:
    """What the database knows about this person's history; without a database there is none."""
    path = path_of(settings.database_url)
    if path is not None and not path.exists():
        return Facts(now=desk.now, office=desk.office, pack=pack, calendar=desk.calendar, away=desk.office.absent)
    try:
        work = open_work(settings.database_url, lambda: desk.now, settings.zone)
    except WrongSchema:
        raise Failed("数据库的结构与本版本不同：请先运行 banshi migrate。") from None
    with closing(work):
        return work.run_sync(lambda unit: facts_for(unit, desk, pack, applicant, values=values, family=family))
