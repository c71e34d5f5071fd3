"""A pack and its procedures, as frozen values in the registers' executable vocabulary.

The vocabulary (step kinds, conditions, gotos, deadlines) is that of the registers; what a pack adds to run
a procedure (how a field is asked, which check a rule is, what a step records) stands beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

Json: TypeAlias = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
Values: TypeAlias = Mapping[str, Json]

StepKind = Literal[
    "submit", "review", "countersign", "approve", "sign", "issue", "instruct",
    "register", "execute", "notify", "archive", "give_back", "confirm",
]  # fmt: skip
Enforce = Literal["block", "route", "remind", "record", "manual"]
FieldType = Literal["text", "choice", "date", "datetime", "number", "money", "file", "person", "dept"]

STEP_KINDS: frozenset[str] = frozenset(StepKind.__args__)  # type: ignore[attr-defined]
FIELD_TYPES: frozenset[str] = frozenset(FieldType.__args__)  # type: ignore[attr-defined]
DECIDING: frozenset[str] = frozenset({"review", "countersign", "approve", "sign", "instruct"})
SEATS: frozenset[str] = frozenset({"chair", "speakers", "voters", "members"})
SIGNS: frozenset[str] = frozenset({"any", "all", "in_order", "majority", "two_thirds"})
AFTER_REPAIR: frozenset[str] = frozenset({"again", "returner"})
CARRIED_OUT: frozenset[str] = frozenset({"execute", "register", "issue", "archive", "give_back"})
SLOTS: frozenset[str] = frozenset(
    {
        "type", "start", "end", "days", "reason",
        "duration_h", "destination", "passengers", "vehicle", "driver_needed",
        "seal", "copies", "title", "urgent", "handler", "file",
        "meeting", "meeting_date", "deadline",
        "action", "date", "date2", "shift", "person",
    }
)  # fmt: skip
"""What a one-message request can say; `handler` is whoever carries it out (the sender unless named), `file` the upload
that came with the words."""
OPERATORS: frozenset[str] = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "present", "absent"})


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a field of the case (or `decision`, of the step just taken) with a value."""

    __test__ = False

    field: str
    op: str
    value: Json = None


Condition: TypeAlias = tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Goto:
    """Where a case goes next; `target` names the step or procedure, else it is empty."""

    kind: Literal["step", "procedure", "send_back", "end_approved", "end_refused", "end_closed"]
    target: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """One entry of a step's `next`: taken when every test holds; no test always holds."""

    goto: Goto
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Anchor:
    """The moment a deadline counts from (or back from): a step done, a field's date or a named event."""

    kind: Literal["step", "field", "event"]
    name: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """A length of time from or before a moment; amount 0 is the same day, or at once where unit is hour."""

    amount: float
    unit: Literal["minute", "hour", "day", "workday", "month"]
    anchor: Anchor
    before: bool = False
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the official form.

    `ask` is the question put to the applicant; `computed` names what the product works out itself and never
    asks (rank, leave_days, service_years); `ask_if` hides the question where it does not apply; `default`
    is the field whose value is taken when the step that records this one leaves it out; `slot` is what of a
    one-message request fills it (see SLOTS), `means` the kind (personal, steel, bus …) of a choice whose word is
    this office's own, `words` are what else a request calls a choice, `presumed` is the choice that stands where a
    one-message request says nothing of it (it is shown to be confirmed like every other).
    What is `private` only the applicant and the approvers read; `many` takes several values, kept as a list.
    """

    id: str
    name: str
    type: FieldType
    required: bool
    choices: tuple[str, ...] = ()
    choices_from: str = ""
    outcome: bool = False
    recorded_by: str = ""
    cite: tuple[str, ...] = ()
    ask: str = ""
    hint: str = ""
    ask_if: Condition = ()
    computed: str = ""
    default: str = ""
    min: float | None = None
    max: float | None = None
    long: bool = False
    private: bool = False
    slot: str = ""
    means: tuple[tuple[str, str], ...] = ()
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    presumed: str = ""
    many: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """The register row a step writes: column -> where its value comes from (see flows.approval.records).

    `closed` are the columns that change, with their new words, once the case is closed.
    """

    register: str
    row: Mapping[str, str]
    closed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ActorBy:
    """Who acts instead of a step's own post.

    `posts` is by the value of the field `value_of`; `setting` is the office's word, a post or staff number, or one for
    each of those values, and goes before `posts`.
    """

    value_of: str = ""
    setting: str = ""
    posts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Also:
    """Another post that may act at the step as well, where the condition holds: either is enough (或签)."""

    post: str
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One stop of the route: who acts there, what kind of act it is and where the case goes afterwards.

    `tells` names posts or relations told when the step is done; `personal` demands the post's own holder
    (no stand-in); `button` is the verb on the card; `after_return` marks the steps of coming back from a leave;
    `named_in` is the field with the person who acts, or with the earlier case whose approver does;
    `also` are posts that may act as well.
    `sign` says how many of several people decide: any (或签), all (会签), in_order (依次), majority (过半) or
    two_thirds (三分之二). `after_repair` says where a case this step sent back goes once repaired: again (the route
    from its first step) or returner (straight back here). `actor_by` says who acts instead of the step's own post,
    `acts_for` is the post in whose place the actor decides (代签). `about` is the field with the sections or the field
    of work the step is about: who is there, or in charge of it, is asked instead of whom the applicant belongs to.
    `own` lets the filer decide although the request is theirs (the text gives them that right). `seat` says who of a
    meeting acts, themselves and nobody in their place: its chair, the speakers (everybody present but the chair), the
    voters (everybody present), or the members (everybody due but the chair, where nobody signs in).
    `about_post` is the post whose section, not the applicant's, says which of several
    holders is asked (the deputy in charge of finance);
    `of_post` keeps the step with the holders of its post, also where it is the post that usually starts the procedure.
    `remind_days` are how many days before the deadline its people are reminded; a later step's are told to whoever
    has the case meanwhile. `any_hour` says when its reminders keep no office hours (no tests: always; None: never).
    """

    id: str
    name: str
    actor: str
    kind: StepKind
    cite: tuple[str, ...] = ()
    only_if: Condition = ()
    next: tuple[Branch, ...] = ()
    deadline: Deadline | None = None
    nudge_hours: float | None = None
    records: Record | None = None
    tells: tuple[str, ...] = ()
    personal: bool = False
    button: str = ""
    after_return: bool = False
    sign: str = "any"
    after_repair: str = "again"
    named_in: str = ""
    actor_by: ActorBy | None = None
    acts_for: str = ""
    also: tuple[Also, ...] = ()
    about: str = ""
    own: bool = False
    seat: Literal["", "chair", "speakers", "voters", "members"] = ""
    about_post: str = ""
    of_post: bool = False
    remind_days: tuple[int, ...] = ()
    any_hour: Condition | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What carries a rule out: the name of a check of the vocabulary and its typed parameters."""

    name: str
    params: object
    line: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the regulation; `entry` is its ledger id, `checks` carry it out, `by` names a family's function."""

    id: str
    entry: str
    kind: str
    statement: str
    enforce: Enforce
    cite: tuple[str, ...]
    checks: tuple[Check, ...] = ()
    by: str = ""
    soft: bool = False
    when: Condition = ()
    except_: Condition = ()
    refused_in: str = ""


@dataclass(frozen=True)
class Procedure:
    """A procedure of a pack, with every id of its register entry.

    `card_fields` are the lines that stand on a card before all others, as far as they are filled.
    `leave` and `seal` hold a family's own parameters as plain values; `prefix` begins the case number. One with a
    `switch` is off unless the office lists it under that setting.
    """

    id: str
    name: str
    family: str
    initiator: str
    subject: str
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    rules: tuple[Rule, ...]
    pack: str = ""
    forms: tuple[str, ...] = ()
    prefix: str = "BS"
    words: tuple[str, ...] = ()
    title_fields: tuple[str, ...] = ()
    card_fields: tuple[str, ...] = ()
    switch: str = ""
    family_params: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def step_by_id(self) -> Mapping[str, Step]:
        """Steps by id."""
        return {step.id: step for step in self.steps}

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Where in the list each step stands, by id."""
        return {step.id: place for place, step in enumerate(self.steps)}

    @cached_property
    def field_by_id(self) -> Mapping[str, Field]:
        """Fields by id."""
        return {item.id: item for item in self.fields}

    @cached_property
    def rule_by_id(self) -> Mapping[str, Rule]:
        """Rules by id."""
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def path_rules(self) -> Mapping[str, tuple["Rule", ...]]:
        """The rules whose `path` check names a step, by the step."""
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            checks = (item for item in rule.checks if item.name == "path")
            for step in dict.fromkeys(step for item in checks for step in getattr(item.params, "steps", ())):
                found[step] = (*found.get(step, ()), rule)
        return found

    def entry(self, section: str, item: str) -> str:
        """The ledger id of one of this procedure's entries, for example futian-office/seal_use/step/stamp."""
        return f"{self.pack}/{self.id}/{section}/{item}"


@dataclass(frozen=True, slots=True)
class Setting:
    """A decision (or contradiction) the office settles: the question, the default and what may be chosen."""

    id: str
    question: str
    default: Json
    cite: tuple[str, ...]
    choices: tuple[Json, ...] = ()
    default_text: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """A register book: its columns as (id, label) in the order the text demands, and the posts that may read it."""

    id: str
    title: str
    columns: tuple[tuple[str, str], ...]
    readers: tuple[str, ...] = ()
    cite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForbiddenChannel:
    """A channel the regulation forbids (`statement`); off unless the office has settled `setting` as `allowed`."""

    channel: str
    setting: str
    statement: str
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something the text wants done again and again; `entry` is its ledger id.

    `cron` are the moments by which it is due (five fields, office time); `shift` moves one that is not worked to the
    next or the previous working day, `workdays_only` leaves it out; `eve` leaves only the last working day before a
    statutory holiday. `ask`: the text gives no rhythm, the office does; `assumed`: it leaves day or hour open, so that
    the office may change them.
    `after` names the event it follows. `counts` names what is counted and told with it.
    """

    id: str
    entry: str
    name: str
    actor: str
    cite: tuple[str, ...]
    procedure: str = ""
    cron: tuple[str, ...] = ()
    shift: Literal["", "next_workday", "previous_workday"] = ""
    workdays_only: bool = False
    eve: bool = False
    ask: bool = False
    assumed: bool = False
    after: str = ""
    counts: str = ""


@dataclass(frozen=True)
class Pack:
    """One regulation in executable form; `version` is the digest of its text, frozen into every case.

    `leaders` are the posts whose holders are spoken to as 您; `ranks` name the posts of each rank, highest first
    (who holds none of them has the last); `chapters` are the names every clause path begins with;
    `channels` are those it forbids; `classified` is the clause that keeps classified matter out of a system like this.
    """

    id: str
    title: str
    version: str
    roles: Mapping[str, str]
    procedures: Mapping[str, Procedure]
    settings: Mapping[str, Setting] = field(default_factory=lambda: MappingProxyType({}))
    hierarchy: tuple[str, ...] = ()
    ranks: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    leaders: tuple[str, ...] = ()
    registers: Mapping[str, Register] = field(default_factory=lambda: MappingProxyType({}))
    chapters: tuple[str, ...] = ()
    channels: tuple[ForbiddenChannel, ...] = ()
    recurring: tuple[Recurring, ...] = ()
    classified: tuple[str, ...] = ()

    def rules_refused_in(self, procedure: str) -> tuple[Rule, ...]:
        """Rules of other procedures whose refusal falls on this one (a forfeit is refused where it bites)."""
        return tuple(
            rule
            for other in self.procedures.values()
            if other.id != procedure
            for rule in other.rules
            if rule.refused_in == procedure
        )
