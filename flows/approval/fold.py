"""A case is the fold of its journal.

Every line of the journal is an `Entry`; `apply` adds one to the case. Storage keeps the entries and, in the same
transaction, the case as a projection; `banshi verify` folds the entries again and compares.

    filed ─► pending ─► approved ─► closed          sent_back ─► returned ─► resubmitted ─► pending
                 │           └─► cancelled          withdrawn (before the decision), refused
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias

from flows.approval.case import Case, Entry, Material, Oral, Question, State, Visit, asks_of
from flows.procedure.model import Json

Fold: TypeAlias = Callable[[Case, Entry], Case]


def _moment(text: Json) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _close_open(case: Case, status: Literal["done", "ended"] = "ended") -> tuple[Visit, ...]:
    return tuple(replace(visit, status=status) if visit.status == "open" else visit for visit in case.visits)


def _whole(value: Json, default: int) -> int:
    return value if isinstance(value, int) else default


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _entered(case: Case, entry: Entry) -> Case:
    data = entry.data
    index = len(case.visits)
    visit = Visit(
        index=index,
        step=_text(data.get("step")),
        kind=_text(data.get("kind")),
        post=_text(data.get("post")),
        round=case.round,
        asks=asks_of(data.get("asks")),
        entered_at=entry.at,
        due_at=_moment(data.get("due")),
        reason=_text(data.get("reason")),
        extra=_text(data.get("extra")),
        group=_whole(data.get("group"), -1),
        sign=_text(data.get("sign")) or "any",
        needed=_whole(data.get("needed"), 1),
        total=_whole(data.get("total"), 1),
        later=asks_of(data.get("later")),
        then=asks_of(data.get("then")),
        of=_whole(data.get("of"), -1),
        place=_text(data.get("place")),
        added_by=_text(data.get("added_by")),
        handed_over=_texts(data.get("handed_over")),
        back_to=_text(data.get("back_to")),
    )
    return replace(case, visits=(*case.visits, visit))


def _done(case: Case, entry: Entry) -> Case:
    data = entry.data
    index = data.get("visit")
    visits = tuple(
        replace(
            visit,
            status="done",
            done_by=entry.actor,
            done_for=_text(data.get("for")),
            done_at=entry.at,
            decision=_text(data.get("decision")),
            reason=_text(data.get("reason")),
            merged=bool(data.get("merged")),
            reserved=bool(data.get("reserved")),
        )
        if visit.index == index
        else visit
        for visit in case.visits
    )
    changed = data.get("set")
    values = {**case.values, **changed} if isinstance(changed, dict) else case.values
    return replace(case, visits=visits, values=values)


def _transferred(case: Case, entry: Entry) -> Case:
    index = entry.data.get("visit")
    asks, gone = asks_of(entry.data.get("asks")), _texts(entry.data.get("from"))
    visits = tuple(
        replace(v, asks=asks, handed_over=(*v.handed_over, *gone)) if v.index == index else v for v in case.visits
    )
    return replace(case, visits=visits)


def _signer_added(case: Case, entry: Entry) -> Case:
    """A signer before pauses the visit; one after is noted on it; one beside is entered by a line of its own."""
    index, place = entry.data.get("visit"), entry.data.get("place")
    asks = asks_of(entry.data.get("asks"))
    if place == "before":
        return _void(case, (index,))
    if place != "after":
        return case
    visits = tuple(replace(v, then=(*v.then, *asks)) if v.index == index else v for v in case.visits)
    return replace(case, visits=visits)


def _void(case: Case, indexes: Iterable[Json]) -> Case:
    """These visits ended without a decision of theirs that counts."""
    gone = set(indexes)
    return replace(case, visits=tuple(replace(v, status="ended") if v.index in gone else v for v in case.visits))


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _taken_back(case: Case, entry: Entry) -> Case:
    return _with_values(_void(case, _listed(entry.data.get("visits"))), entry)


def _asked(case: Case, entry: Entry) -> Case:
    data = entry.data
    number = len(case.questions) + 1
    question = Question(number, entry.actor, _text(data.get("to")), _text(data.get("question")), entry.at)
    return replace(case, questions=(*case.questions, question))


def _oral_noted(case: Case, entry: Entry) -> Case:
    data = entry.data
    said = _moment(data.get("said_at")) or entry.at
    noted = Oral(_whole(data.get("visit"), -1), _text(data.get("by")), said, entry.actor)
    return replace(case, orals=(*case.orals, noted))


def _supplemented(case: Case, entry: Entry) -> Case:
    file = entry.data.get("file")
    known = file if isinstance(file, dict) else {}
    added = Material(entry.at, _text(entry.data.get("text")), _text(known.get("id")), _text(known.get("name")))
    return replace(case, added=(*case.added, added))


def _answered(case: Case, entry: Entry) -> Case:
    number, answer = entry.data.get("number"), _text(entry.data.get("answer"))
    return replace(
        case,
        questions=tuple(
            replace(item, answer=answer, answered_at=entry.at) if item.number == number else item
            for item in case.questions
        ),
    )


def _with_values(case: Case, entry: Entry) -> Case:
    changed = entry.data.get("set")
    return replace(case, values={**case.values, **changed}) if isinstance(changed, dict) else case


def _rescheduled(case: Case, entry: Entry) -> Case:
    index, due = entry.data.get("visit"), _moment(entry.data.get("due"))
    return replace(case, visits=tuple(replace(v, due_at=due) if v.index == index else v for v in case.visits))


def _resubmitted(case: Case, entry: Entry) -> Case:
    """A new round; going back to who returned it (`visits`: the returns) stays in the same one."""
    after = _with_values(case, entry)
    if entry.data.get("back_to"):
        return replace(_void(after, _listed(entry.data.get("visits"))), state="pending")
    return replace(after, state="pending", round=case.round + 1, visits=_close_open(case))


def _state(case: Case, entry: Entry) -> Case:
    state = entry.data.get("state")
    return replace(case, state=state) if isinstance(state, str) else case  # type: ignore[arg-type]


def _clauses(case: Case, entry: Entry) -> tuple[str, ...]:
    named = entry.data.get("clauses")
    listed = [str(item) for item in named] if isinstance(named, list) else []
    return tuple(dict.fromkeys((*case.clauses, *listed)))


def _ended_as(state: State) -> Fold:
    return lambda case, _: replace(case, state=state, visits=_close_open(case))


_FOLDS: Mapping[str, Fold] = {
    "entered": _entered,
    "cancel_asked": _entered,
    "done": _done,
    "overtaken": lambda case, entry: _void(case, _listed(entry.data.get("visits"))),
    "sent_back": _ended_as("returned"),
    "stepped_back": lambda case, _: replace(case, visits=_close_open(case)),
    "taken_back": _taken_back,
    "resubmitted": _resubmitted,
    "withdrawn": _ended_as("withdrawn"),
    "cancelled": _ended_as("cancelled"),
    "ended": lambda case, entry: replace(_state(case, entry), visits=_close_open(case)),
    "changed": _with_values,
    "signed_in": _with_values,
    "recused": _with_values,
    "voted": _with_values,
    "put_off": _with_values,
    "wrote": _with_values,
    "rescheduled": _rescheduled,
    "held": lambda case, entry: replace(case, held=entry.actor, held_why=_text(entry.data.get("reason"))),
    "lifted": lambda case, _: replace(case, held="", held_why=""),
    "urged": lambda case, entry: replace(case, urged_at=entry.at),
    "transferred": _transferred,
    "signer_added": _signer_added,
    "asked": _asked,
    "answered": _answered,
    "supplemented": _supplemented,
    "stood_in": _transferred,
    "succeeded": _transferred,
    "oral_noted": _oral_noted,
}
_STATE_OF_ITS_OWN = frozenset({"sent_back", "withdrawn", "cancelled", "ended"})


def apply(case: Case, entry: Entry) -> Case:
    """The case with one more line of its journal."""
    fold_in = _FOLDS.get(entry.act)
    after = fold_in(case, entry) if fold_in is not None else case
    if entry.act not in _STATE_OF_ITS_OWN:
        after = _state(after, entry)
    return replace(after, revision=entry.seq, clauses=_clauses(after, entry))


def opened(case_id: str, entry: Entry) -> Case:
    """The case its first journal entry (`filed`) opens."""
    data = entry.data
    values = data.get("values")
    named = data.get("clauses")
    return Case(
        id=case_id,
        no=_text(data.get("no")),
        code=_text(data.get("code")),
        pack=_text(data.get("pack")),
        pack_version=_text(data.get("pack_version")),
        procedure=_text(data.get("procedure")),
        applicant=_text(data.get("applicant")) or entry.actor,
        filed_at=entry.at,
        values=values if isinstance(values, dict) else {},
        clauses=tuple(str(item) for item in named) if isinstance(named, list) else (),
        revision=entry.seq,
    )


def fold(case_id: str, entries: Iterable[Entry]) -> Case:
    """The case all its entries tell.

    Raises:
        ValueError: there are no entries, or the first is not `filed`.
    """
    lines = iter(entries)
    first = next(lines, None)
    if first is None or first.act != "filed":
        raise ValueError(f"case {case_id}: its journal does not begin with `filed`")
    case = opened(case_id, first)
    for entry in lines:
        case = apply(case, entry)
    return case
