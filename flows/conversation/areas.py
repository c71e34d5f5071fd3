"""Where a procedure is found: the areas of an office's work in the order people look for them, or by its own word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flows.conversation.commands import names_of
from flows.conversation.requests.chat import asks, is_over, without_refused
from flows.conversation.wording import folded, visible
from flows.procedure.model import Procedure


@dataclass(frozen=True, slots=True)
class Area:
    """An area of work: its id in press codes, what it is called, and the families that belong to it."""

    id: str
    name: str
    families: tuple[str, ...]


AREAS = (
    Area("leave", "请假考勤", ("leave",)),
    Area("car", "用车", ("car",)),
    Area("seal", "用印", ("seal",)),
    Area("meeting", "议题会议", ("topic", "meeting")),
    Area("duty", "值班应急", ("duty",)),
    Area("expense", "经费采购", ("expense", "purchase")),
    Area("supplies", "物品资产", ("supplies", "asset")),
    Area("papers", "公文", ("document_in", "document_out", "drafting")),
    Area("archive", "档案", ("archive",)),
    Area("petition", "信访", ("petition",)),
    Area("supervision", "督查督办", ("supervision", "inspection")),
    Area("news", "信息宣传", ("bulletin", "news", "website")),
    Area("visit", "接待活动", ("visitor", "event")),
    Area("legal", "法制", ("legal",)),
    Area("secrecy", "保密", ("classified",)),
)
OTHER = Area("other", "其他", ())
LONGEST = 60
_WANTS = re.compile(
    "^(?:你好|您好|请问|麻烦|请)?[,，]?(?:我们?|本人|科里|这边)?(?:现在|今天|明天)?"
    "(?:想要?|要|需要?|申请|来?办理?|报一?[个下件]|帮我|打算|填一?[个下张])"
)
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Meant:
    """The procedures a message names by their words, and whether it asks for one of them."""

    procedures: tuple[Procedure, ...] = ()
    wanted: bool = False


def area_of(procedure: Procedure) -> Area:
    """The area the procedure belongs to."""
    return next((area for area in AREAS if procedure.family in area.families), OTHER)


def by_area(procedures: Iterable[Procedure]) -> tuple[tuple[Area, tuple[Procedure, ...]], ...]:
    """The procedures by area, areas without any left out."""
    found: dict[Area, tuple[Procedure, ...]] = {}
    for procedure in procedures:
        area = area_of(procedure)
        found[area] = (*found.get(area, ()), procedure)
    return tuple((area, found[area]) for area in (*AREAS, OTHER) if area in found)


def meant_by(text: str, procedures: Iterable[Procedure]) -> Meant:
    """What a short message outside any talk names: the procedures of the longest word in it.

    A question, a report or a refusal names what it is about and asks for nothing.
    """
    said = folded(visible(text))
    if not said or len(said) > LONGEST:
        return Meant()
    longest: dict[str, int] = {}
    named = tuple(procedures)
    for procedure in named:
        words = names_of(procedure)
        longest[procedure.id] = max((len(w) for w in words if len(w) >= _SHORTEST and w in said), default=0)
    most = max(longest.values(), default=0)
    if most == 0:
        return Meant()
    wanted = _WANTS.search(said) is not None and not (asks(said) or is_over(said)) and without_refused(said) == said
    return Meant(tuple(procedure for procedure in named if longest[procedure.id] == most), wanted)
