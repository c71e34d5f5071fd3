"""The evidence of one case as an archive that can be checked without this program.

README.md         how to check it, in Chinese        journal.jsonl     the journal, a line each with its hashes
case.txt          the case as people read it         contents.json     the free texts by digest
case.json         number, state, form and answers    checkpoints.json  when the journal was sealed
rules.json        the regulation as data             attachments.json  the uploads, and attachments/… their bytes
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.uploads import Uploads
from flows.approval import words
from flows.approval.case import Case
from flows.conversation.reading import show
from flows.people import Office
from flows.procedure.condition import absent
from flows.procedure.model import Json
from flows.records import StoredFile
from handlers.case_list import moment
from handlers.gather import Bound
from storage.evidence import Evidence

README = Path(__file__).parent / "texts" / "evidence.md"


class Archive:
    """Writes the evidence of a case: `found` are its rules (None: not known any more), `log` is its story."""

    def __init__(
        self,
        evidence: Evidence,
        office: Office,
        found: Bound | None,
        log: Sequence[str],
        uploads: Uploads,
        now: datetime,
    ) -> None:
        self._evidence = evidence
        self._office = office
        self._log = log
        self._pack = found.pack if found is not None else None
        self._procedure = found.procedure if found is not None else None
        self._uploads = uploads
        self._now = now

    @property
    def kept(self) -> tuple[StoredFile, ...]:
        """The uploads whose bytes are still there."""
        return tuple(file for file in self._evidence.files if self._uploads.has(file.sha256))

    def write(self, out: BinaryIO) -> None:
        """The whole archive."""
        evidence = self._evidence
        with ZipFile(out, "w", ZIP_DEFLATED) as archive:

            def add(name: str, content: str | bytes) -> None:
                info = ZipInfo(name, self._now.timetuple()[:6])
                info.compress_type = ZIP_DEFLATED
                archive.writestr(info, content)

            add("README.md", self._readme())
            add("case.txt", "\n".join((*self._told(), "")))
            add("case.json", _json(self._case()))
            add("journal.jsonl", "".join(f"{_line(line)}\n" for line in evidence.lines))
            add("contents.json", _json([dict(each) for each in evidence.contents]))
            add("checkpoints.json", _json([dict(each) for each in evidence.seals]))
            add("attachments.json", _json([self._file(file) for file in evidence.files]))
            if evidence.rules:
                add("rules.json", evidence.rules)
            self._add_uploads(add)

    def _add_uploads(self, add: Callable[[str, bytes], None]) -> None:
        for digest in dict.fromkeys(file.sha256 for file in self.kept):
            add(f"attachments/{digest}", self._uploads.path_of(digest).read_bytes())

    def _readme(self) -> str:
        case = self._evidence.case
        found = "；".join(self._evidence.differences) or "没有不一致"
        head = {"no": case.no, "office": self._office.name, "at": moment(self._now), "found": found}
        text = README.read_text(encoding="utf-8")
        for name, value in head.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _case(self) -> dict[str, Json]:
        case = self._evidence.case
        return {
            "id": case.id,
            "no": case.no,
            "code": case.code,
            "procedure": case.procedure,
            "procedure_name": self._procedure.name if self._procedure is not None else "",
            "pack": case.pack,
            "pack_version": case.pack_version,
            "pack_title": self._pack.title if self._pack is not None else "",
            "applicant": case.applicant,
            "applicant_name": self._office.name_of(case.applicant),
            "filed_at": case.filed_at.isoformat(),
            "state": case.state,
            "state_text": words.STATES[case.state],
            "clauses": list(case.clauses),
            "form": [dict(line) for line in self._form(case)],
        }

    def _form(self, case: Case) -> Iterator[Mapping[str, Json]]:
        """Every line of the form that was filled, in the official order, then what no field of the rules names."""
        fields = self._procedure.field_by_id if self._procedure is not None else {}
        for name in (*fields, *(name for name in case.values if name not in fields)):
            value = case.values.get(name)
            if absent(value):
                continue
            known = fields.get(name)
            text = show(known, value, self._office) if known is not None else str(value)
            yield {"field": name, "name": known.name if known is not None else name, "value": value, "text": text}

    def _file(self, file: StoredFile) -> Json:
        there = self._uploads.has(file.sha256)
        return {
            "id": file.id,
            "name": file.name,
            "size": file.size,
            "sha256": file.sha256,
            "owner": file.owner,
            "kept": there,
            "path": f"attachments/{file.sha256}" if there else "",
        }

    def _told(self) -> Iterator[str]:
        """The case as people read it."""
        case = self._evidence.case
        yield f"{self._office.name} {self._procedure.name if self._procedure is not None else case.procedure}"
        yield f"编号：{case.no}"
        yield f"申请人：{self._office.name_of(case.applicant)}（{case.applicant}）"
        yield f"提交时间：{moment(case.filed_at)}"
        yield f"状态：{words.STATES[case.state]}"
        yield f"依据：{self._pack.title if self._pack is not None else case.pack}（{case.pack_version} 版）"
        yield from ("", "表单")
        yield from (f"{line['name']}：{line['text']}" for line in self._form(case))
        yield from ("", "办理过程")
        yield from self._log


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _line(line: Mapping[str, Json]) -> str:
    return json.dumps(dict(line), ensure_ascii=False)
