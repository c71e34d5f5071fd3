"""Cases as their journals tell them, and the numbers they go by."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from flows.approval.case import Case, Entry
from flows.errors import AlreadyDone, UnknownCase
from flows.plain import from_plain, to_brief
from flows.procedure.model import DECIDING
from flows.records import CaseNumber
from storage.connection import Param
from storage.journal import Journal
from storage.part import dump, load

LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"
_SIGNS = DIGITS + LETTERS
CODE_LENGTH = 4
ACTS_OF_ONE_ASKED = frozenset({"done", "sent_back", "ended", "held", "lifted", "transferred", "signer_added"})


_BY_ID = "SELECT projection FROM cases WHERE id = :id"


class Cases(Journal):
    """The projection of every case, with who is asked in it and whom it concerns."""

    def new_case(self, prefix: str, at: datetime) -> CaseNumber:
        """The next number of that prefix and year."""
        year = at.astimezone(self.db.zone).year
        no = f"{prefix.upper()}-{year}-{self.next_number(prefix.upper(), year):04d}"
        case_id = _signs(sha256(no.encode()).digest(), 12)
        return CaseNumber(case_id, no, self._free_code(no))

    def _free_code(self, no: str) -> str:
        """A code nobody else has, with a letter and a digit in it so that no number or word reads like one."""
        attempt = 0
        while True:
            seed = sha256(f"{no}/{attempt}".encode()).digest()
            code = _signs(seed, CODE_LENGTH + attempt // 50)
            mixed = any(sign in DIGITS for sign in code) and any(sign in LETTERS for sign in code)
            if mixed and not self.db.value("SELECT 1 FROM cases WHERE code = :code", code=code):
                return code
            attempt += 1

    def case(self, case_id: str) -> Case:
        """The case, locked until the unit ends (on the embedded database the single writer is the lock).

        Raises:
            UnknownCase: there is none of that id.
        """
        return self._case(self.db.locked(_BY_ID), case_id)

    def case_as_it_stands(self, case_id: str) -> Case:
        """The case to be looked at, not locked: nothing is decided on it.

        Raises:
            UnknownCase: there is none of that id.
        """
        return self._case(_BY_ID, case_id)

    def _case(self, sql: str, case_id: str) -> Case:
        body = self.db.value(sql, id=case_id)
        if body is None:
            raise UnknownCase("没有找到这件申请，请核对编号。")
        return read_case(body)

    def cases_of_day(self, procedure: str, at: datetime) -> tuple[Case, ...]:
        """The procedure's cases filed or changed on the day of `at`, oldest first."""
        begins = at.replace(hour=0, minute=0, second=0, microsecond=0)
        rows = self.db.rows(
            "SELECT projection FROM cases WHERE procedure = :procedure AND filed_at < :ends AND changed_at >= :begins"
            " ORDER BY filed_at, no",
            procedure=procedure,
            begins=self.db.stamp(begins),
            ends=self.db.stamp(begins + timedelta(days=1)),
        )
        return tuple(read_case(row["projection"]) for row in rows)

    def open_cases(self, procedures: tuple[str, ...]) -> tuple[Case, ...]:
        """The newest pending and approved cases of these procedures, at most a few hundred."""
        found: list[Case] = []
        for procedure in procedures:
            rows = self.db.rows(
                "SELECT projection FROM cases WHERE procedure = :procedure AND state IN ('pending', 'approved')"
                " ORDER BY filed_at DESC LIMIT 200",
                procedure=procedure,
            )
            found += [read_case(row["projection"]) for row in rows]
        return tuple(found)

    def find_case(self, word: str) -> Case | None:
        """The case of that code or number, whatever its letters' case or width."""
        plain = unicodedata.normalize("NFKC", word).strip()
        body = self.db.value(
            "SELECT projection FROM cases WHERE code = :code OR no = :no", code=plain.lower(), no=plain.upper()
        )
        return read_case(body) if body is not None else None

    def write_case(self, case: Case, entries: tuple[Entry, ...]) -> None:
        """Compare the revision, set the case and append the lines that led to it.

        Raises:
            AlreadyDone: the case has moved on since it was read.
            UnknownCase: there is none of that id.
        """
        before = entries[0].seq - 1 if entries else case.revision
        if entries and (entries[-1].seq != case.revision or len(entries) != case.revision - before):
            raise ValueError(f"case {case.id}: the new lines do not lead to revision {case.revision}")
        params = self.case_columns(case, entries[-1].at if entries else self.now)
        changed = self._insert(params) if before == 0 else self._update(params, before)
        if not changed:
            raise self._overtaken(case, entries)
        self.append(case.id, entries, after=before)
        self._write_asks(case)
        self._write_concerned(case, entries)

    def _insert(self, params: dict[str, Param]) -> int:
        return self.db.change(
            "INSERT INTO cases (id, no, code, pack, pack_version, procedure, applicant, state, held, round, revision,"
            " filed_at, changed_at, due_at, projection) VALUES (:id, :no, :code, :pack, :pack_version, :procedure,"
            " :applicant, :state, :held, :round, :revision, :filed_at, :changed_at, :due_at, :projection)"
            " ON CONFLICT (id) DO NOTHING",
            **params,
        )

    def _update(self, params: dict[str, Param], before: int) -> int:
        return self.db.change(
            "UPDATE cases SET state = :state, held = :held, round = :round, revision = :revision,"
            " changed_at = CASE WHEN :revision > :before THEN :changed_at ELSE changed_at END,"
            " due_at = :due_at, projection = :projection"
            " WHERE id = :id AND revision = :before",
            **{key: params[key] for key in _CHANGING},
            before=before,
        )

    def case_columns(self, case: Case, at: datetime) -> dict[str, Param]:
        """The row of a case that was last changed at that moment."""
        waiting = case.open_visit
        return {
            "id": case.id,
            "no": case.no,
            "code": case.code,
            "pack": case.pack,
            "pack_version": case.pack_version,
            "procedure": case.procedure,
            "applicant": case.applicant,
            "state": case.state,
            "held": case.held,
            "round": case.round,
            "revision": case.revision,
            "filed_at": self.db.stamp(case.filed_at),
            "changed_at": self.db.stamp(at),
            "due_at": self.db.stamp(waiting.due_at) if waiting and waiting.due_at else "",
            "projection": dump(to_brief(case)),
        }

    def _overtaken(self, case: Case, entries: tuple[Entry, ...]) -> AlreadyDone | UnknownCase:
        last = self.db.row(
            "SELECT actor, at FROM journal WHERE case_id = :case_id ORDER BY seq DESC LIMIT 1", case_id=case.id
        )
        if last is None:
            return UnknownCase("没有找到这件申请，请核对编号。")
        mine = bool(entries) and entries[0].actor == last["actor"]
        return AlreadyDone(last["actor"], datetime.fromisoformat(last["at"]).astimezone(self.db.zone), mine=mine)

    def _write_asks(self, case: Case) -> None:
        self.db.change("DELETE FROM asks WHERE case_id = :case_id", case_id=case.id)
        self.db.change_each(
            "INSERT INTO asks (case_id, visit, person, post, for_person, step, kind, box, due_at, entered_at) VALUES"
            " (:case_id, :visit, :person, :post, :for_person, :step, :kind, :box, :due_at, :entered_at)"
            " ON CONFLICT (case_id, visit, person) DO NOTHING",
            self.ask_rows(case),
        )

    def ask_rows(self, case: Case) -> list[dict[str, Param]]:
        """One row for each person asked at an open visit."""
        return [
            {
                "case_id": case.id,
                "visit": visit.index,
                "person": ask.person,
                "post": ask.post,
                "for_person": ask.for_,
                "step": visit.step,
                "kind": visit.kind,
                "box": box_of(visit.kind),
                "due_at": self.db.stamp(visit.due_at) if visit.due_at else "",
                "entered_at": self.db.stamp(visit.entered_at),
            }
            for visit in case.visits
            if visit.status == "open"
            for ask in visit.asks
        ]

    def _write_concerned(self, case: Case, entries: tuple[Entry, ...]) -> None:
        for entry in entries:
            if entry.seq == 1:
                self.concern(case.id, (case.applicant,), "applicant", entry.at)
            if entry.act in ACTS_OF_ONE_ASKED and entry.actor:
                self.concern(case.id, (entry.actor,), "acted", entry.at)
        at = entries[-1].at if entries else self.now
        asked = (ask.person for visit in case.visits if visit.status == "open" for ask in visit.asks)
        self.concern(case.id, asked, "asked", at)

    def concern(self, case_id: str, people: Iterable[str], how: str, at: datetime) -> None:
        """Note that the case concerns these people, and when last: as applicant, asked, acted or told."""
        self.db.change_each(
            "INSERT INTO concerned (case_id, person, how, at) VALUES (:case_id, :person, :how, :at)"
            " ON CONFLICT (case_id, person, how) DO UPDATE SET at = excluded.at",
            [
                {"case_id": case_id, "person": person, "how": how, "at": self.db.stamp(at)}
                for person in dict.fromkeys(people)
                if person
            ],
        )

    def concerned(self, case_id: str) -> frozenset[str]:
        """Everybody who has or had something to do with the case: applicant, asked, acted, told."""
        rows = self.db.rows("SELECT DISTINCT person FROM concerned WHERE case_id = :case_id", case_id=case_id)
        return frozenset(row["person"] for row in rows)

    def mark_read(self, case_id: str, person: str, at: datetime) -> None:
        """Note that somebody the case was told to has opened it."""
        told = "SELECT 1 FROM concerned WHERE case_id = :case_id AND person = :person AND how = 'told'"
        if self.db.value(told, case_id=case_id, person=person):
            self.concern(case_id, (person,), "read", at)

    def unread(self, person: str) -> frozenset[str]:
        """Ids of the cases told to the person who has not opened them since."""
        rows = self.db.rows(
            "SELECT told.case_id FROM concerned AS told WHERE told.person = :person AND told.how = 'told'"
            " AND NOT EXISTS (SELECT 1 FROM concerned AS opened WHERE opened.case_id = told.case_id"
            " AND opened.person = told.person AND opened.how = 'read' AND opened.at >= told.at)",
            person=person,
        )
        return frozenset(row["case_id"] for row in rows)


_CHANGING = ("id", "state", "held", "round", "revision", "changed_at", "due_at", "projection")


def box_of(kind: str) -> str:
    """The box a step of that kind waits in: deciding, confirming and issuing are approvals, the rest is handling."""
    return "to_approve" if kind in DECIDING or kind in ("confirm", "issue") else "to_handle"


def read_case(projection: str) -> Case:
    """The case of a kept projection."""
    return from_plain(Case, load(projection))


def _signs(seed: bytes, length: int) -> str:
    number = int.from_bytes(seed, "big")
    signs = []
    for _ in range(length):
        number, rest = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[rest])
    return "".join(signs)
