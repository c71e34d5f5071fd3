"""Every table, as SQLModel classes: for the schema, its migrations, and what administration and reports read.

The hot path writes plain SQL to the same tables (`storage.unit`) and never imports this module. Moments are UTC text
of one width, so that they sort as text; the journal alone keeps its moments as they were given, because its hashes
cover them. JSON is text in both databases.
"""

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

# Batch migrations on SQLite can only drop what has a name.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
}


def _long() -> Column[str]:
    return Column(Text, nullable=False)


class Binding(SQLModel, table=True):
    """An account of a channel and the staff number it speaks for; one account per person and channel."""

    __tablename__ = "bindings"
    __table_args__ = (UniqueConstraint("channel", "person"), Index("bindings_person", "person"))
    channel: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    person: str


class EventKey(SQLModel, table=True):
    """An event taken in, and what it was answered."""

    __tablename__ = "event_keys"
    key: str = Field(primary_key=True)
    at: str
    answer: str


class DraftRow(SQLModel, table=True):
    """What a person is in the middle of saying."""

    __tablename__ = "drafts"
    person: str = Field(primary_key=True)
    body: str = Field(sa_column=_long())


class Number(SQLModel, table=True):
    """A counter: the last case number of a prefix and year, or another running number (year 0)."""

    __tablename__ = "numbers"
    name: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int


class PackVersion(SQLModel, table=True):
    """A pack's text as it was in force, so that a case keeps the rules it was filed under."""

    __tablename__ = "pack_versions"
    pack: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    body: str = Field(sa_column=_long())


class CaseRow(SQLModel, table=True):
    """A case as its journal tells it: `projection` is the whole case, the other columns are for looking it up."""

    __tablename__ = "cases"
    __table_args__ = (Index("cases_procedure", "procedure", "filed_at"),)
    id: str = Field(primary_key=True)
    no: str = Field(unique=True)
    code: str = Field(unique=True)
    pack: str
    pack_version: str
    procedure: str
    applicant: str
    state: str
    held: str
    round: int
    revision: int
    filed_at: str
    changed_at: str
    due_at: str
    projection: str = Field(sa_column=_long())


class JournalRow(SQLModel, table=True):
    """One line of a case's journal; `data` holds hashes where free text was, `hash` covers the line before too."""

    __tablename__ = "journal"
    __table_args__ = (UniqueConstraint("case_id", "seq"),)
    id: int | None = Field(default=None, primary_key=True)
    case_id: str = Field(foreign_key="cases.id")
    seq: int
    at: str
    actor: str
    act: str
    data: str = Field(sa_column=_long())
    previous: str
    hash: str


class Content(SQLModel, table=True):
    """A free text the journal holds only the hash of; it may be deleted when its retention ends."""

    __tablename__ = "contents"
    case_id: str = Field(primary_key=True, foreign_key="cases.id")
    digest: str = Field(primary_key=True)
    salt: str
    body: str = Field(sa_column=_long())


class Checkpoint(SQLModel, table=True):
    """The heads of every journal that grew since the checkpoint before, chained, so no journal can lose its tail."""

    __tablename__ = "checkpoints"
    id: int | None = Field(default=None, primary_key=True)
    at: str
    upto: int
    heads: str = Field(sa_column=_long())
    previous: str
    hash: str


class AskRow(SQLModel, table=True):
    """One person asked at an open visit, and in which of their boxes the case lies for it."""

    __tablename__ = "asks"
    __table_args__ = (Index("asks_box", "person", "box"),)
    case_id: str = Field(primary_key=True, foreign_key="cases.id")
    visit: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    post: str
    for_person: str
    step: str
    kind: str
    box: str
    due_at: str
    entered_at: str


class Concerned(SQLModel, table=True):
    """Somebody who has to do with a case: as applicant, asked, acted or told, or has read it, and when last."""

    __tablename__ = "concerned"
    __table_args__ = (Index("concerned_person", "person", "how", "at"),)
    case_id: str = Field(primary_key=True, foreign_key="cases.id")
    person: str = Field(primary_key=True)
    how: str = Field(primary_key=True)
    at: str


class TimerRow(SQLModel, table=True):
    """A moment to come back to a case, or (no case) at which something recurs; `kind` is then its ledger id."""

    __tablename__ = "timers"
    __table_args__ = (UniqueConstraint("case_id", "visit", "kind"), Index("timers_due", "due_at"))
    id: int | None = Field(default=None, primary_key=True)
    case_id: str
    visit: int
    kind: str
    due_at: str
    data: str = Field(sa_column=_long())


class LedgerRow(SQLModel, table=True):
    """One signed line of the leave ledger, in days; the balance is the sum of the lines."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ledger_person", "person", "type", "year"), Index("ledger_case", "case_id"))
    id: int | None = Field(default=None, primary_key=True)
    case_id: str
    at: str
    person: str
    type: str
    year: int
    kind: str
    reserved: float
    used: float
    target: str


class Leave(SQLModel, table=True):
    """The leave of a case as it stands now; `slots` are its working half days, by commas."""

    __tablename__ = "leaves"
    __table_args__ = (Index("leaves_person", "person", "ends"),)
    case_id: str = Field(primary_key=True)
    case_no: str
    procedure: str
    person: str
    type: str
    starts: str
    ends: str
    days: float
    status: str
    slots: str = Field(sa_column=_long())
    target: str
    returned: bool


class LeaveSlot(SQLModel, table=True):
    """Half a day of somebody's leave; two leaves cannot hold the same one."""

    __tablename__ = "leave_slots"
    __table_args__ = (Index("leave_slots_slot", "slot"), Index("leave_slots_case", "case_id"))
    person: str = Field(primary_key=True)
    slot: str = Field(primary_key=True)
    case_id: str


class RegisterEntry(SQLModel, table=True):
    """A row of a register; at most one row of a key stands, the others are superseded."""

    __tablename__ = "register_rows"
    __table_args__ = (
        Index("register_rows_page", "register_id", "id"),
        Index("register_rows_person", "register_id", "person", "day"),
        Index(
            "register_rows_key",
            "register_id",
            "key",
            unique=True,
            sqlite_where=text("NOT superseded AND key <> ''"),
            postgresql_where=text("NOT superseded AND key <> ''"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    register_id: str
    case_id: str
    key: str
    cells: str = Field(sa_column=_long())
    person: str
    day: str
    at: str
    superseded: bool


class SealStatusRow(SQLModel, table=True):
    """A seal that is suspended or lent now."""

    __tablename__ = "seal_status"
    seal: str = Field(primary_key=True)
    status: str
    since: str
    lent_to: str


class OutboxRow(SQLModel, table=True):
    """Something to be shown to a person through one channel, and how far it got."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_due", "status", "due_at", "id"),
        Index("outbox_case", "case_id"),
        Index(
            "outbox_card",
            "card_key",
            "person",
            "channel",
            sqlite_where=text("status = 'queued'"),
            postgresql_where=text("status = 'queued'"),
        ),
        Index(
            "outbox_waiting",
            "person",
            "channel",
            "id",
            sqlite_where=text("status IN ('queued', 'sending')"),
            postgresql_where=text("status IN ('queued', 'sending')"),
        ),
        Index(
            "outbox_say_key",
            "person",
            "say_key",
            "channel",
            unique=True,
            sqlite_where=text("say_key <> ''"),
            postgresql_where=text("say_key <> ''"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    person: str
    channel: str
    kind: str
    card_key: str
    case_id: str
    role: str
    visit: int
    about: str
    notice: str
    words: str = Field(sa_column=_long())
    message: str = Field(sa_column=_long())
    say_key: str
    status: str
    attempts: int
    due_at: str
    created_at: str
    platform_id: str
    error: str


class CardCopy(SQLModel, table=True):
    """One copy of a case's card in one person's channel, by the platform's id once it is shown."""

    __tablename__ = "cards"
    __table_args__ = (Index("cards_case", "case_id"),)
    person: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    card_key: str = Field(primary_key=True)
    case_id: str
    role: str
    visit: int
    platform_id: str


class ConsoleMessage(SQLModel, table=True):
    """A line of the browser console's conversation; `version` grows with every new or changed line."""

    __tablename__ = "console_messages"
    __table_args__ = (
        Index("console_messages_page", "person", "id"),
        Index("console_messages_changes", "person", "version"),
        Index(
            "console_messages_key",
            "person",
            "key",
            unique=True,
            sqlite_where=text("key <> ''"),
            postgresql_where=text("key <> ''"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    person: str
    direction: str
    body: str = Field(sa_column=_long())
    key: str
    outbox_id: int | None = Field(default=None, unique=True)
    at: str
    changed_at: str
    version: int


class FileRow(SQLModel, table=True):
    """What is known of an upload; its bytes lie beside the database under its digest."""

    __tablename__ = "files"
    __table_args__ = (Index("files_case", "case_id"),)
    id: str = Field(primary_key=True)
    name: str
    size: int
    sha256: str
    owner: str
    case_id: str


class AccessAttempt(SQLModel, table=True):
    """Somebody reached for what is not theirs: when, who and which id, never the content."""

    __tablename__ = "access_log"
    id: int | None = Field(default=None, primary_key=True)
    at: str
    person: str
    what: str


class Pass(SQLModel, table=True):
    """A secret that lets its bearer do one thing as a person until it ends; only its digest is kept."""

    __tablename__ = "passes"
    __table_args__ = (Index("passes_person", "person"), Index("passes_ends", "ends_at"))
    digest: str = Field(primary_key=True)
    kind: str
    person: str
    at: str
    ends_at: str
