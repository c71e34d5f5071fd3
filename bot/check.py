"""`banshi check [OFFICE]`: everything that is wrong with an office and its rules, said beforehand.

Errors stop the office from starting or leave a request without an answer; notices only want a word.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from flows.approval.vacancies import Vacancy, vacancies
from flows.facts import Facts
from flows.procedure.gaps import Flaw, flaws
from flows.procedure.model import Pack, Procedure
from handlers.gather import procedures_of
from handlers.ports import Clock, Desk, Rules
from storage.office import OfficeErrors, ReadOffice, read_office
from storage.pack_reader import Place
from storage.packs import PackErrors, PackSource, read_sources
from storage.problems import Problem, Weight

_NOTICES = ("never_applies", "never_reached", "too_many")


def check(folder: Path, clock: Clock, say: Callable[[str], None]) -> int:
    """Print every error, then every notice, then how many; 1 where there is an error, else 0."""
    found = look_at(folder, clock)
    for weight in ("error", "notice"):
        for problem in sorted(problem for problem in found if problem.weight == weight):
            say(str(problem))
    errors = sum(problem.weight == "error" for problem in found)
    say(f"{errors} 处错误，{len(found) - errors} 处提示。")
    return 1 if errors else 0


def look_at(folder: Path, clock: Clock) -> tuple[Problem, ...]:
    """Everything to say about the office in that folder and the rules it runs."""
    try:
        sources = read_sources()
    except PackErrors as errors:
        return errors.problems
    try:
        read = read_office(folder, tuple(source.pack for source in sources.values()))
    except OfficeErrors as errors:
        return (*errors.problems, *errors.notices)
    packs = {name: source.pack for name, source in sources.items()}
    desk = Desk(read.office, Rules(packs, {}), read.calendar, clock.now())
    found = list(read.notices)
    for pack, procedure in procedures_of(desk):
        found += _flaws(procedure, sources[pack.id])
        found += _vacancies(pack, procedure, desk, read)
    return tuple(dict.fromkeys((*found, *_seals_without(desk))))


def _flaws(procedure: Procedure, source: PackSource) -> Iterator[Problem]:
    """Where the procedure itself leaves something open or says it twice."""
    for flaw in flaws(procedure):
        place = source.places.get(flaw.entry) or source.places[f"{procedure.pack}/{procedure.id}"]
        yield Problem(place.file, place.line, flaw.text, flaw.fix, _weight_of(flaw))


def _weight_of(flaw: Flaw) -> Weight:
    return "notice" if flaw.kind in _NOTICES else "error"


def _vacancies(pack: Pack, procedure: Procedure, desk: Desk, read: ReadOffice) -> Iterator[Problem]:
    """Posts a request would find empty, each at the place where the office would fill it."""
    facts = Facts(now=desk.now, office=desk.office, pack=pack, calendar=desk.calendar)
    for vacancy in vacancies(procedure, facts):
        post = pack.roles.get(vacancy.post, vacancy.post)
        steps = "、".join(procedure.step_by_id[step].name for step in vacancy.steps)
        where = f"“{procedure.name}”的“{steps}”"
        if vacancy.own:
            yield from _own(vacancy, post, where, desk, read.places)
            continue
        place = read.places["people"]
        text = f"没有人担任{post}（{vacancy.post}），{where}要用到"
        if vacancy.heir:
            text += f"，现由代办人{desk.office.name_of(vacancy.heir)}办"
        fix = f"给担任的人在岗位一栏加上 {vacancy.post}，或在 office.yaml 的 stand_ins 里写 {vacancy.post}: 工号"
        yield Problem(place.file, place.line, text, fix, "notice" if vacancy.heir else "error")


def _own(vacancy: Vacancy, post: str, where: str, desk: Desk, places: Mapping[str, Place]) -> Iterator[Problem]:
    """One error for each person whose own request nobody above can decide; a notice where somebody stands in."""
    for staff_no in vacancy.own:
        place = places[f"person/{staff_no}"]
        text = f"{desk.office.name_of(staff_no)}本人申请时，{where}（{post}）没有别人可以办"
        stands_in = vacancy.heir not in ("", staff_no)
        text += f"，现由代办人{desk.office.name_of(vacancy.heir)}办" if stands_in else ""
        fix = f"补上{post}或上一级岗位的人，或为 {vacancy.post} 指定代办人"
        yield Problem(place.file, place.line, text, fix, "notice" if stands_in else "error")


def _seals_without(desk: Desk) -> Iterator[Problem]:
    """Seals a form offers that the office has not listed: whoever holds the keeper's post answers for them."""
    listed = {seal.name for seal in desk.office.seals}
    offered = {
        name: procedure
        for _, procedure in procedures_of(desk)
        if procedure.family == "seal"
        for field in procedure.fields
        if field.id == procedure.family_params.get("field")
        for name in field.choices
    }
    for name, procedure in offered.items():
        if listed and name not in listed:
            text = f"“{procedure.name}”可以选“{name}”，单位的印章里没有它"
            yield Problem("office.yaml", 0, text, f"在 seals 里写 {{name: {name}, keeper: 工号}}", "notice")
