"""A case as its journal tells it: who is asked, what was decided, how it stands.

`flows.approval.fold` makes it from the entries; storage keeps the entries and, in the same transaction, the case as
a projection; `banshi verify` folds the entries again and compares.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from flows.people import Ask
from flows.procedure.model import Json, Values

State = Literal["pending", "returned", "approved", "closed", "refused", "withdrawn", "cancelled"]
EXTEND = "extend"
"""The `extra` of the visit that asks for a deadline to be put off."""
CONSENTS: frozenset[str] = frozenset({"cancel", EXTEND})
"""The `extra`s of visits whose agreement is about the case's course and decides nothing of what was asked for."""
HANDOVER = "handover"
"""The `extra` of the visit by which somebody signs for what the shift before handed over."""
ENDED: frozenset[str] = frozenset({"closed", "refused", "withdrawn", "cancelled"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's journal: what happened, by whom, when, and its plain particulars.

    Acts: filed, entered, done, overtaken, sent_back, stepped_back, taken_back, resubmitted, withdrawn, ended, changed,
    held, lifted, urged, asked, answered, transferred, signer_added, cancel_asked, noted, commented, supplemented,
    copied, stood_in, succeeded, oral_noted; at a meeting signed_in, recused, voted, put_off, wrote. `seq` counts
    from 1 within the case.
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

    One entry to a step may be several visits, a `group` (the index of its first): a countersigner each, an added signer
    beside them. `sign` says how they decide together, `needed` how many of `total` must agree, `later` who is asked
    after this one. `of` (the visit they were added to), `place` (before, after, beside) and `added_by` tell of an added
    signer, `then` who looks after this visit, `handed_over` who has given it away, `reserved` that it was passed on
    with a reserved opinion, `back_to` to which step the case goes straight after it.
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
    group: int = -1
    sign: str = "any"
    needed: int = 1
    total: int = 1
    later: tuple[Ask, ...] = ()
    then: tuple[Ask, ...] = ()
    of: int = -1
    place: str = ""
    added_by: str = ""
    handed_over: tuple[str, ...] = ()
    reserved: bool = False
    back_to: str = ""

    @property
    def root(self) -> int:
        """The index of the first visit of its group."""
        return self.group if self.group >= 0 else self.index

    def asked(self, person: str) -> Ask | None:
        """The ask that names this person, if the visit has one."""
        return next((ask for ask in self.asks if ask.person == person), None)


@dataclass(frozen=True, slots=True)
class Question:
    """Something somebody was asked about the case (问一下), and the answer once it came (答复); it decides nothing."""

    number: int
    by: str
    to: str
    text: str
    at: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Oral:
    """An oral approval written down: at which visit, whose, when it was given and by whom it was noted."""

    visit: int
    by: str
    at: datetime
    noted_by: str


@dataclass(frozen=True, slots=True)
class Material:
    """What the applicant added to a pending case: a text, a file (`file` is its id), or both."""

    at: datetime
    text: str = ""
    file: str = ""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A submitted request.

    `clauses` are the ledger ids named as reasons so far; `held` is who holds the case and `held_why` for what reason;
    `urged_at` when 催办 was last pressed; `questions` what was asked beside the route; `added`
    further material; `revision` is the number of
    journal entries, on which a decision compares and sets.
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
    added: tuple[Material, ...] = ()
    orals: tuple[Oral, ...] = ()
    revision: int = 0
    held_why: str = ""
    questions: tuple[Question, ...] = ()

    @property
    def open_visit(self) -> Visit | None:
        """The visit that waits for somebody now (the last one opened), if any."""
        return next((visit for visit in reversed(self.visits) if visit.status == "open"), None)

    @property
    def in_hand(self) -> str:
        """Who has the matter now: the last to have taken it over at a handover, else who filed it."""
        taken = [v.done_by for v in self.visits_of_round() if v.extra == HANDOVER and v.decision == "agree"]
        return taken[-1] if taken else self.applicant

    @property
    def ended(self) -> bool:
        """Whether the case has ended and never changes again."""
        return self.state in ENDED

    def visits_of_round(self) -> tuple[Visit, ...]:
        """The visits of the last round (after a resubmission only this one counts)."""
        return tuple(visit for visit in self.visits if visit.round == self.round)

    def done_steps(self) -> frozenset[str]:
        """Ids of the steps done in the last round; one that somebody is still asked at is not done yet.

        Added signers and consents are no steps.
        """
        visits = self.visits_of_round()
        waiting = {visit.step for visit in visits if visit.status == "open" and visit.extra in ("", "add_sign")}
        done = {visit.step for visit in visits if visit.status == "done" and not visit.extra}
        return frozenset(done - waiting)

    def group_of(self, visit: Visit) -> tuple[Visit, ...]:
        """The visits of the same entry to a step, this one included."""
        return tuple(other for other in self.visits if other.root == visit.root)


def asks_of(value: Json) -> tuple[Ask, ...]:
    """The asks an entry names, from their plain form [[person, post, for], ...]."""
    listed = value if isinstance(value, list) else []
    return tuple(Ask(*(str(part) for part in item)) for item in listed if isinstance(item, list))


def plain_asks(asks: Iterable[Ask]) -> list[Json]:
    """Asks in the plain form of the journal."""
    return [[ask.person, ask.post, ask.for_] for ask in asks]
