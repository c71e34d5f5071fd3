"""Uploads: kept once and whole, and nothing left behind when they break off."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.uploads import TooLarge, Uploads


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def broken() -> AsyncIterator[bytes]:
    yield b"half"
    raise ConnectionResetError


def files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


async def test_an_upload_is_kept_under_its_digest_and_read_back(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    kept = await uploads.keep(pieces(b"note", b"", b"book"))
    assert (kept.size, kept.sha256) == (8, hashlib.sha256(b"notebook").hexdigest())
    assert b"".join([piece async for piece in uploads.read(kept.sha256)]) == b"notebook"
    assert uploads.has(kept.sha256)


async def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    first, second = await uploads.keep(pieces(b"same")), await uploads.keep(pieces(b"sa", b"me"))
    assert first == second
    assert files(tmp_path) == [first.sha256]


async def test_past_the_limit_nothing_is_kept(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, limit=4)
    assert (await uploads.keep(pieces(b"1234"))).size == 4
    with pytest.raises(TooLarge):
        await uploads.keep(pieces(b"123", b"45"))
    assert len(files(tmp_path)) == 1


async def test_a_broken_upload_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConnectionResetError):
        await Uploads(tmp_path).keep(broken())
    assert files(tmp_path) == []
