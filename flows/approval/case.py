"""A case is the fold of its journal.

Every line of the journal is an `Entry`; `apply` adds one to the case. Storage keeps the entries and, in the same
transaction, the case as a projection; `banshi verify` folds the entries again and compares.

    filed ─► pending ─► approved ─► closed          sent_back ─► returned ─► resubmitted ─► pending
                 │           └─► cancelled          withdrawn (before the decision), refused
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from flows.people import Ask
from flows.procedure.model import Json, Values

State = Literal["pending", "returned", "approved", "closed", "refused", "withdrawn", "cancelled"]
ENDED: frozenset[str] = frozenset({"closed", "refused", "withdrawn", "cancelled"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's journal: what happened, by whom, when, and its plain particulars.

    Acts: filed, entered, done, sent_back, resubmitted, withdrawn, ended, changed, held, lifted, urged, asked,
    answered, transferred, signer_added, cancel_asked, noted. `seq` counts from 1 within the case.
    """

    seq: int
    at: datetime
    actor: str
    act: str
    data: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Visit:
    """One entry to a step: who is asked, until when, and how it ended.

    `status` is open, done or ended (made void by a return, a withdrawal or a cancellation). `decision` is agree,
    refuse, send_back or done (an execution). `merged` marks a step done by the same act as the one before it.
    `extra` marks a visit no step of the procedure asked for: an added signer or a cancellation's consent; its
    `reason` is why it was asked for until it is decided.
    """

    index: int
    step: str
    kind: str
    post: str
    round: int
    asks: tuple[Ask, ...]
    entered_at: datetime
    due_at: datetime | None = None
    status: Literal["open", "done", "ended"] = "open"
    done_by: str = ""
    done_for: str = ""
    done_at: datetime | None = None
    decision: str = ""
    reason: str = ""
    merged: bool = False
    extra: str = ""

    def asked(self, person: str) -> Ask | None:
        """The ask that names this person, if the visit has one."""
        return next((ask for ask in self.asks if ask.person == person), None)


@dataclass(frozen=True, slots=True)
class Case:
    """A submitted request.

    `clauses` are the ledger ids named as reasons so far; `held` is who holds the case; `urged_at` when 催办 was
    last pressed; `revision` is the number of journal entries, on which a decision compares and sets.
    """

    id: str
    no: str
    code: str
    pack: str
    pack_version: str
    procedure: str
    applicant: str
    filed_at: datetime
    values: Values
    state: State = "pending"
    round: int = 1
    visits: tuple[Visit, ...] = ()
    held: str = ""
    urged_at: datetime | None = None
    clauses: tuple[str, ...] = ()
    revision: int = 0

    @property
    def open_visit(self) -> Visit | None:
        """The visit that waits for somebody now (the last one opened), if any."""
        return next((visit for visit in reversed(self.visits) if visit.status == "open"), None)

    @property
    def ended(self) -> bool:
        """Whether the case has ended and never changes again."""
        return self.state in ENDED

    def visits_of_round(self) -> tuple[Visit, ...]:
        """The visits of the last round (after a resubmission only this one counts)."""
        return tuple(visit for visit in self.visits if visit.round == self.round)

    def done_steps(self) -> frozenset[str]:
        """Ids of the steps done in the last round."""
        return frozenset(visit.step for visit in self.visits_of_round() if visit.status == "done")


def _moment(text: Json) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) and text else None


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def asks_of(value: Json) -> tuple[Ask, ...]:
    """The asks an entry names, from their plain form [[person, post, for], ...]."""
    listed = value if isinstance(value, list) else []
    return tuple(Ask(*(str(part) for part in item)) for item in listed if isinstance(item, list))


def plain_asks(asks: Iterable[Ask]) -> list[Json]:
    """Asks in the plain form of the journal."""
    return [[ask.person, ask.post, ask.for_] for ask in asks]


def _close_open(case: Case, status: Literal["done", "ended"] = "ended") -> tuple[Visit, ...]:
    return tuple(replace(visit, status=status) if visit.status == "open" else visit for visit in case.visits)


def _entered(case: Case, entry: Entry) -> Case:
    data = entry.data
    visit = Visit(
        index=len(case.visits),
        step=_text(data.get("step")),
        kind=_text(data.get("kind")),
        post=_text(data.get("post")),
        round=case.round,
        asks=asks_of(data.get("asks")),
        entered_at=entry.at,
        due_at=_moment(data.get("due")),
        reason=_text(data.get("reason")),
        extra=_text(data.get("extra")),
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
        )
        if visit.index == index
        else visit
        for visit in case.visits
    )
    changed = data.get("set")
    values = {**case.values, **changed} if isinstance(changed, dict) else case.values
    return replace(case, visits=visits, values=values)


def _asks_changed(case: Case, entry: Entry) -> Case:
    index = entry.data.get("visit")
    asks = asks_of(entry.data.get("asks"))
    visits = tuple(replace(v, asks=asks) if v.index == index else v for v in case.visits)
    return replace(case, visits=visits)


def _with_values(case: Case, entry: Entry) -> Case:
    changed = entry.data.get("set")
    return replace(case, values={**case.values, **changed}) if isinstance(changed, dict) else case


def _resubmitted(case: Case, entry: Entry) -> Case:
    return replace(_with_values(case, entry), state="pending", round=case.round + 1, visits=_close_open(case))


def _state(case: Case, entry: Entry) -> Case:
    state = entry.data.get("state")
    return replace(case, state=state) if isinstance(state, str) else case  # type: ignore[arg-type]


def _clauses(case: Case, entry: Entry) -> tuple[str, ...]:
    named = entry.data.get("clauses")
    listed = [str(item) for item in named] if isinstance(named, list) else []
    return tuple(dict.fromkeys((*case.clauses, *listed)))


def apply(case: Case, entry: Entry) -> Case:
    """The case with one more line of its journal."""
    match entry.act:
        case "entered" | "cancel_asked":
            after = _entered(case, entry)
        case "done":
            after = _done(case, entry)
        case "sent_back":
            after = replace(case, state="returned", visits=_close_open(case))
        case "resubmitted":
            after = _resubmitted(case, entry)
        case "withdrawn":
            after = replace(case, state="withdrawn", visits=_close_open(case))
        case "cancelled":
            after = replace(case, state="cancelled", visits=_close_open(case))
        case "ended":
            after = replace(_state(case, entry), visits=_close_open(case))
        case "changed":
            after = _with_values(case, entry)
        case "held":
            after = replace(case, held=entry.actor)
        case "lifted":
            after = replace(case, held="")
        case "urged":
            after = replace(case, urged_at=entry.at)
        case "transferred":
            after = _asks_changed(case, entry)
        case _:
            after = case
    if entry.act not in ("sent_back", "withdrawn", "cancelled", "ended"):
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
