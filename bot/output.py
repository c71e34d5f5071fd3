"""Files a command writes for people: whole or not at all, and never over another one by accident."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bot.failed import Failed

PRIVATE = 0o600


def write_file(to: Path, write: Callable[[BinaryIO], object], *, force: bool = False) -> None:
    """Let `write` fill a file only its owner reads, then put it in its place; `force` replaces one that is there.

    Raises:
        Failed: there is one already, or it cannot be written; nothing is left behind.
    """
    if to.exists() and not force:
        raise Failed(f"{to} 已经存在：请换一个文件名，或加 --force 覆盖它。")
    try:
        put(to, write, PRIVATE)
    except OSError as error:
        raise Failed(f"{to} 没有写成：请检查 {to.parent} 是否存在、能否写入，磁盘是否已满。（{error}）") from None


def put(to: Path, write: Callable[[BinaryIO], object], mode: int) -> None:
    """Fill a file beside the place, make it durable, and put it there in one step.

    Raises:
        OSError: it cannot be written; what was in the place is still there.
    """
    coming = to.with_name(f".{to.name}-{secrets.token_hex(4)}")
    try:
        handle = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            write(file)
            file.flush()
            os.fsync(file.fileno())
        coming.replace(to)
    finally:
        coming.unlink(missing_ok=True)
    folder = os.open(to.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
