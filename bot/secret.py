"""The secret that signs forms: given by SECRET_KEY, or made once and kept beside the database."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

_BYTES = 32


def secret_for(given: str, var: Path) -> bytes:
    """The secret; one that has to be made is readable by this user only, and the same at every later start."""
    if given:
        return given.encode()
    path = var / "secret_key"
    if not path.exists():
        _make(path)
    return bytes.fromhex(path.read_text().strip())


def _make(path: Path) -> None:
    """Write a new secret whole or not at all; whoever was first wins."""
    coming = path.with_name(f".secret-{secrets.token_hex(4)}")
    handle = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{secrets.token_hex(_BYTES)}\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(coming, path)
    coming.unlink()
