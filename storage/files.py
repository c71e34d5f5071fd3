"""What is known of uploads, and the pack texts cases were filed under."""

import secrets
from collections.abc import Mapping
from dataclasses import replace

from flows.records import StoredFile
from storage.connection import Row
from storage.part import Part


def _file(row: Row) -> StoredFile:
    return StoredFile(row["id"], row["name"], row["size"], row["sha256"], row["owner"], row["case_id"])


class Files(Part):
    """Uploads and pack texts; the uploads' bytes lie beside the database."""

    def keep_file(self, file: StoredFile) -> None:
        """Keep what is known of an upload; the same id again changes nothing."""
        self.db.change(
            "INSERT INTO files (id, name, size, sha256, owner, case_id)"
            " VALUES (:id, :name, :size, :sha256, :owner, :case_id) ON CONFLICT (id) DO NOTHING",
            id=file.id,
            name=file.name,
            size=file.size,
            sha256=file.sha256,
            owner=file.owner,
            case_id=file.case_id,
        )

    def file(self, file_id: str) -> StoredFile | None:
        """What is known of an upload."""
        row = self.db.row("SELECT * FROM files WHERE id = :id", id=file_id)
        return _file(row) if row else None

    def knows_bytes(self, sha256: str) -> bool:
        """Whether any upload of those bytes is known."""
        return self.db.row("SELECT id FROM files WHERE sha256 = :sha256 LIMIT 1", sha256=sha256) is not None

    def files_of(self, case_id: str) -> tuple[StoredFile, ...]:
        """The uploads tied to a case, by name."""
        rows = self.db.rows("SELECT * FROM files WHERE case_id = :case_id ORDER BY name, id", case_id=case_id)
        return tuple(_file(row) for row in rows)

    def copy_file(self, file_id: str) -> str:
        """The id of a second entry for the same upload, tied to no case yet.

        Raises:
            KeyError: there is no such upload.
        """
        kept = self.file(file_id)
        if kept is None:
            raise KeyError(file_id)
        copied = replace(kept, id=secrets.token_hex(8), case_id="")
        self.keep_file(copied)
        return copied.id

    def attach(self, file_id: str, case_id: str) -> None:
        """Tie an upload to its case."""
        self.db.change("UPDATE files SET case_id = :case_id WHERE id = :id", id=file_id, case_id=case_id)

    def keep_pack(self, pack: str, version: str, text: str) -> None:
        """Keep a pack's text for the cases filed under it."""
        self.db.change(
            "INSERT INTO pack_versions (pack, version, body) VALUES (:pack, :version, :body)"
            " ON CONFLICT (pack, version) DO NOTHING",
            pack=pack,
            version=version,
            body=text,
        )

    def pack_texts(self) -> Mapping[tuple[str, str], str]:
        """Every pack text kept, by pack and version."""
        rows = self.db.rows("SELECT pack, version, body FROM pack_versions ORDER BY pack, version")
        return {(row["pack"], row["version"]): row["body"] for row in rows}
