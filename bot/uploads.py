"""Uploads on disk beside the database, each once, under the digest of its bytes.

A file is written under a name of its own, made durable and then renamed, so that what lies under a digest is
always whole; the database learns of it afterwards.
"""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

LIMIT = 10 * 1024 * 1024
"""Bytes of one upload."""
_PIECE = 64 * 1024


class TooLarge(Exception):
    """An upload passed the limit; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload that is on disk: its size in bytes and its digest."""

    size: int
    sha256: str


class Uploads:
    """The folder of uploads."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder = folder
        self._limit = limit

    async def keep(self, content: AsyncIterator[bytes]) -> Kept:
        """Write the bytes down as they come; nothing stays behind when they break off.

        Raises:
            TooLarge: they pass the limit.
        """
        path = await asyncio.to_thread(self._begin)
        try:
            kept = await self._write(path, content)
            await asyncio.to_thread(self._settle, path, self.path_of(kept.sha256))
        finally:
            path.unlink(missing_ok=True)
        return kept

    async def _write(self, path: Path, content: AsyncIterator[bytes]) -> Kept:
        digest, size = hashlib.sha256(), 0
        with await asyncio.to_thread(path.open, "wb") as file:
            async for piece in content:
                size += len(piece)
                if size > self._limit:
                    raise TooLarge
                digest.update(piece)
                await asyncio.to_thread(file.write, piece)
            await asyncio.to_thread(_flush, file)
        return Kept(size, digest.hexdigest())

    def _begin(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".coming-", dir=self._folder)
        os.close(handle)
        return Path(name)

    def _settle(self, coming: Path, place: Path) -> None:
        place.parent.mkdir(exist_ok=True)
        coming.replace(place)
        _flush_folder(place.parent)

    def path_of(self, sha256: str) -> Path:
        """Where the bytes of that digest lie."""
        return self._folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Whether the bytes are there."""
        return self.path_of(sha256).is_file()

    def drop(self, sha256: str) -> None:
        """Delete the bytes of that digest; none there is no error."""
        self.path_of(sha256).unlink(missing_ok=True)

    async def read(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes of that digest, piece by piece."""
        with await asyncio.to_thread(self.path_of(sha256).open, "rb") as file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
