"""The first schema: people, cases with their journal, leave, registers, outbox and console."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first schema."""
    for make in (_people, _cases, _journal, _waiting, _leave, _registers, _outbox, _console):
        make()


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    for table in reversed(_ALL):
        op.drop_table(table)


def _columns(kind: sa.types.TypeEngine[Any], names: tuple[str, ...]) -> Iterator[sa.Column[Any]]:
    return (sa.Column(name, kind, nullable=False) for name in names)


def _words(*names: str) -> Iterator[sa.Column[Any]]:
    return _columns(sa.String(), names)


def _long(*names: str) -> Iterator[sa.Column[Any]]:
    return _columns(sa.Text(), names)


def _whole(*names: str) -> Iterator[sa.Column[Any]]:
    return _columns(sa.Integer(), names)


def _number(*names: str) -> Iterator[sa.Column[Any]]:
    return _columns(sa.Float(), names)


def _flag(*names: str) -> Iterator[sa.Column[Any]]:
    return _columns(sa.Boolean(), names)


def _people() -> None:
    """Who speaks through which account, what they are saying, and what was already taken in."""
    op.create_table(
        "bindings",
        *_words("channel", "account", "person"),
        sa.PrimaryKeyConstraint("channel", "account", name="pk_bindings"),
        sa.UniqueConstraint("channel", "person", name="uq_bindings_channel_person"),
    )
    op.create_index("bindings_person", "bindings", ["person"])
    op.create_table(
        "drafts",
        *_words("person"),
        *_long("body"),
        sa.PrimaryKeyConstraint("person", name="pk_drafts"),
    )
    op.create_table(
        "event_keys",
        *_words("key", "at", "answer"),
        sa.PrimaryKeyConstraint("key", name="pk_event_keys"),
    )
    op.create_table(
        "access_log",
        *_whole("id"),
        *_words("at", "person", "what"),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    op.create_table(
        "files",
        *_words("id", "name"),
        *_whole("size"),
        *_words("sha256", "owner", "case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_files"),
    )
    op.create_index("files_case", "files", ["case_id"])


def _cases() -> None:
    """Cases, their numbers and the rules they were filed under."""
    op.create_table(
        "numbers",
        *_words("name"),
        *_whole("year", "last"),
        sa.PrimaryKeyConstraint("name", "year", name="pk_numbers"),
    )
    op.create_table(
        "pack_versions",
        *_words("pack", "version"),
        *_long("body"),
        sa.PrimaryKeyConstraint("pack", "version", name="pk_pack_versions"),
    )
    op.create_table(
        "cases",
        *_words("id", "no", "code", "pack", "pack_version", "procedure", "applicant", "state", "held"),
        *_whole("round", "revision"),
        *_words("filed_at", "changed_at", "due_at"),
        *_long("projection"),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        sa.UniqueConstraint("code", name="uq_cases_code"),
        sa.UniqueConstraint("no", name="uq_cases_no"),
    )
    op.create_index("cases_procedure", "cases", ["procedure", "filed_at"])


def _journal() -> None:
    """The journals of cases, the free texts beside them, and the checkpoints over all."""
    op.create_table(
        "journal",
        *_whole("id"),
        *_words("case_id"),
        *_whole("seq"),
        *_words("at", "actor", "act"),
        *_long("data"),
        *_words("previous", "hash"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_journal_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sa.UniqueConstraint("case_id", "seq", name="uq_journal_case_id_seq"),
    )
    op.create_table(
        "contents",
        *_words("case_id", "digest", "salt"),
        *_long("body"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_contents_case_id"),
        sa.PrimaryKeyConstraint("case_id", "digest", name="pk_contents"),
    )
    op.create_table(
        "checkpoints",
        *_whole("id"),
        *_words("at"),
        *_whole("upto"),
        *_long("heads"),
        *_words("previous", "hash"),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoints"),
    )


def _waiting() -> None:
    """Who is asked, who is concerned, and when to come back."""
    op.create_table(
        "asks",
        *_words("case_id"),
        *_whole("visit"),
        *_words("person", "post", "for_person", "step", "kind", "box", "due_at", "entered_at"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_asks_case_id"),
        sa.PrimaryKeyConstraint("case_id", "visit", "person", name="pk_asks"),
    )
    op.create_index("asks_box", "asks", ["person", "box"])
    op.create_table(
        "concerned",
        *_words("case_id", "person", "how", "at"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_concerned_case_id"),
        sa.PrimaryKeyConstraint("case_id", "person", "how", name="pk_concerned"),
    )
    op.create_index("concerned_person", "concerned", ["person", "how", "at"])
    op.create_table(
        "timers",
        *_whole("id"),
        *_words("case_id"),
        *_whole("visit"),
        *_words("kind", "due_at"),
        *_long("data"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_timers_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint("case_id", "visit", "kind", name="uq_timers_case_id_visit_kind"),
    )
    op.create_index("timers_due", "timers", ["due_at"])


def _leave() -> None:
    """The leave ledger and the half days taken."""
    op.create_table(
        "ledger",
        *_whole("id"),
        *_words("case_id", "at", "person", "type"),
        *_whole("year"),
        *_words("kind"),
        *_number("reserved", "used"),
        *_words("target"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_index("ledger_case", "ledger", ["case_id"])
    op.create_index("ledger_person", "ledger", ["person", "type", "year"])
    op.create_table(
        "leaves",
        *_words("case_id", "case_no", "procedure", "person", "type", "starts", "ends"),
        *_number("days"),
        *_words("status"),
        *_long("slots"),
        *_words("target"),
        *_flag("returned"),
        sa.PrimaryKeyConstraint("case_id", name="pk_leaves"),
    )
    op.create_index("leaves_person", "leaves", ["person", "ends"])
    op.create_table(
        "leave_slots",
        *_words("person", "slot", "case_id"),
        sa.PrimaryKeyConstraint("person", "slot", name="pk_leave_slots"),
    )
    op.create_index("leave_slots_case", "leave_slots", ["case_id"])
    op.create_index("leave_slots_slot", "leave_slots", ["slot"])


def _registers() -> None:
    """Registers and seals out of use."""
    op.create_table(
        "register_rows",
        *_whole("id"),
        *_words("register_id", "case_id", "key"),
        *_long("cells"),
        *_words("person", "day", "at"),
        *_flag("superseded"),
        sa.PrimaryKeyConstraint("id", name="pk_register_rows"),
    )
    op.create_index(
        "register_rows_key",
        "register_rows",
        ["register_id", "key"],
        unique=True,
        sqlite_where=sa.text("NOT superseded AND key <> ''"),
        postgresql_where=sa.text("NOT superseded AND key <> ''"),
    )
    op.create_index("register_rows_page", "register_rows", ["register_id", "id"])
    op.create_index("register_rows_person", "register_rows", ["register_id", "person", "day"])
    op.create_table(
        "seal_status",
        *_words("seal", "status", "since", "lent_to"),
        sa.PrimaryKeyConstraint("seal", name="pk_seal_status"),
    )


def _outbox() -> None:
    """What is to be shown to whom."""
    op.create_table(
        "outbox",
        *_whole("id"),
        *_words("person", "channel", "kind", "card_key", "case_id", "role"),
        *_whole("visit"),
        *_words("about", "notice"),
        *_long("words", "message"),
        *_words("say_key", "status"),
        *_whole("attempts"),
        *_words("due_at", "created_at", "platform_id", "error"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("outbox_case", "outbox", ["case_id"])
    op.create_index("outbox_due", "outbox", ["status", "due_at", "id"])
    op.create_index(
        "outbox_say_key",
        "outbox",
        ["person", "say_key", "channel"],
        unique=True,
        sqlite_where=sa.text("say_key <> ''"),
        postgresql_where=sa.text("say_key <> ''"),
    )
    op.create_index(
        "outbox_card",
        "outbox",
        ["card_key", "person", "channel"],
        sqlite_where=sa.text("status = 'queued'"),
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_index(
        "outbox_waiting",
        "outbox",
        ["person", "channel", "id"],
        sqlite_where=sa.text("status IN ('queued', 'sending')"),
        postgresql_where=sa.text("status IN ('queued', 'sending')"),
    )
    op.create_table(
        "cards",
        *_words("person", "channel", "card_key", "case_id", "role"),
        *_whole("visit"),
        *_words("platform_id"),
        sa.PrimaryKeyConstraint("person", "channel", "card_key", name="pk_cards"),
    )
    op.create_index("cards_case", "cards", ["case_id"])


def _console() -> None:
    """The browser console's conversation."""
    op.create_table(
        "console_messages",
        *_whole("id"),
        *_words("person", "direction"),
        *_long("body"),
        *_words("key"),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        *_words("at", "changed_at"),
        *_whole("version"),
        sa.PrimaryKeyConstraint("id", name="pk_console_messages"),
        sa.UniqueConstraint("outbox_id", name="uq_console_messages_outbox_id"),
    )
    op.create_index("console_messages_changes", "console_messages", ["person", "version"])
    op.create_index(
        "console_messages_key",
        "console_messages",
        ["person", "key"],
        unique=True,
        sqlite_where=sa.text("key <> ''"),
        postgresql_where=sa.text("key <> ''"),
    )
    op.create_index("console_messages_page", "console_messages", ["person", "id"])


_ALL = (
    "bindings",
    "drafts",
    "event_keys",
    "access_log",
    "files",
    "numbers",
    "pack_versions",
    "cases",
    "journal",
    "contents",
    "checkpoints",
    "asks",
    "concerned",
    "timers",
    "ledger",
    "leaves",
    "leave_slots",
    "register_rows",
    "seal_status",
    "outbox",
    "cards",
    "console_messages",
)
