"""A CSV file of the office that is changed here and there: what nobody changed stays as it was written."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storage.office_rows import ENCODINGS, guarded, header_of, unguarded

_BOM = b"\xef\xbb\xbf"


@dataclass
class Sheet:
    """The records of the file, each as its raw text and its cells; `where` says in which place a column stands."""

    columns: Mapping[str, tuple[str, ...]]
    encoding: str = "utf-8"
    end: str = "\n"
    above: list[str] = field(default_factory=list)
    head: list[str] = field(default_factory=list)
    records: list[tuple[str, list[str]]] = field(default_factory=list)
    where: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path, columns: Mapping[str, tuple[str, ...]]) -> "Sheet":
        """The file as it stands; one that is not there is begun with all the columns."""
        if not path.exists():
            head = [headings[0] for headings in columns.values()]
            return cls(columns, head=head, where={name: at for at, name in enumerate(columns)})
        encoding, text = _decoded(path.read_bytes())
        lines = list(io.StringIO(text, newline=""))
        reader = csv.reader(lines)
        records: list[tuple[str, list[str]]] = []
        start = 0
        for cells in reader:
            records.append(("".join(lines[start : reader.line_num]), [cell.strip() for cell in cells]))
            start = reader.line_num
        top = header_of([cells for _, cells in records], columns)
        head = records[top][1]
        found = {name: [head.index(each) for each in headings if each in head] for name, headings in columns.items()}
        return cls(
            columns,
            encoding,
            "\r\n" if lines[0].endswith("\r\n") else "\n",
            [raw for raw, _ in records[:top]],
            head,
            records[top + 1 :],
            {name: places[0] for name, places in found.items() if places},
        )

    def change(self, key: str, cells: Mapping[str, str]) -> None:
        """Write these cells into the record whose first column is that key."""
        self._widen(cells)
        at = next(n for n, (_, kept) in enumerate(self.records) if self._key(kept) == key)
        self.records[at] = self._written(self.records[at][1], cells)

    def append(self, cells: Mapping[str, str]) -> None:
        """Add a record at the end."""
        self._widen(cells)
        self.records.append(self._written([], cells))

    def lines(self) -> Mapping[str, int]:
        """The line at which the record of each key begins, from 1."""
        line = 1 + sum(_height(raw) for raw in (*self.above, self._head()))
        found: dict[str, int] = {}
        for raw, cells in self.records:
            found[self._key(cells)] = line
            line += _height(raw)
        return found

    def content(self) -> bytes:
        """The whole file."""
        parts = [*self.above, self._head(), *(raw for raw, _ in self.records)]
        return "".join(parts).encode(self.encoding)

    def _key(self, cells: list[str]) -> str:
        at = self.where[next(iter(self.columns))]
        return unguarded(cells[at]) if at < len(cells) else ""

    def _head(self) -> str:
        return self._line(self.head)

    def _widen(self, cells: Mapping[str, str]) -> None:
        """Add the columns the file does not have; every record ends where the next one begins."""
        for name in cells:
            if name not in self.where:
                self.where[name] = len(self.head)
                self.head.append(self.columns[name][0])
                self.records = [(self._line(kept) if any(kept) else raw, kept) for raw, kept in self.records]
        if self.records and not self.records[-1][0].endswith(("\n", "\r")):
            raw, kept = self.records[-1]
            self.records[-1] = (raw + self.end, kept)

    def _written(self, kept: list[str], cells: Mapping[str, str]) -> tuple[str, list[str]]:
        new = [*kept, *[""] * (len(self.head) - len(kept))]
        for name, cell in cells.items():
            new[self.where[name]] = guarded(cell)
        return self._line(new), new

    def _line(self, cells: list[str]) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator=self.end).writerow([*cells, *[""] * (len(self.head) - len(cells))])
        return out.getvalue()


def _height(raw: str) -> int:
    return len(list(io.StringIO(raw, newline="")))


def _decoded(content: bytes) -> tuple[str, str]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return ("utf-8" if encoding == "utf-8-sig" and not content.startswith(_BOM) else encoding), text
    raise ValueError("read_rows tells of what cannot be decoded before")
