"""`banshi backup`: everything an office on SQLite needs to go on elsewhere, in one archive; the service may be running.

    banshi.db      the database at one moment      files/…      the uploads it names
    secret_key     where it is kept beside it      office/…     the office folder

Unpacked into an empty folder it is the `var` folder of an office; docs/operating.md tells the steps.
"""

import os
import secrets
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.failed import Failed
from bot.settings import Settings
from bot.uploads import Uploads
from storage.backup import Damaged, copy_database
from storage.database import on_server, path_of

Say = Callable[[str], None]
_ON_SERVER = "数据库在 PostgreSQL 上：请用 pg_dump 备份数据库，再备份 {var} 文件夹，步骤见 docs/operating.md。"


def back_up(settings: Settings, to: Path, say: Say) -> bool:
    """Write the archive and say what is in it; whether nothing was missing.

    Raises:
        Failed: there is nothing to back up, the file is there already, or it cannot be written; nothing is left behind.
    """
    if on_server(settings.database_url):
        raise Failed(_ON_SERVER.format(var=settings.var))
    database = path_of(settings.database_url)
    if database is None or not database.exists():
        raise Failed(f"没有找到数据库 {database}：请用 DATABASE_URL 指出它。")
    if to.exists():
        raise Failed(f"{to} 已经存在：请换一个文件名，备份不覆盖已有的文件。")
    coming = to.with_name(f".{to.name}-{secrets.token_hex(4)}")
    try:
        kept, missing = _write(settings, database, coming)
        coming.replace(to)
    except Damaged as error:
        raise Failed(f"数据库 {database} 已损坏，没有备份：请从上一份备份恢复。（{error}）") from None
    except (OSError, sqlite3.Error) as error:
        raise Failed(f"备份没有写成：请检查 {to.parent} 能否写入、磁盘是否已满。（{error}）") from None
    finally:
        coming.unlink(missing_ok=True)
    say(f"已备份到 {to}：数据库、附件 {kept} 个、单位文件夹。内有个人信息，请妥善保管。")
    for digest in missing:
        say(f"附件 {digest} 不在磁盘上，没有备份。")
    return not missing


def _write(settings: Settings, database: Path, coming: Path) -> tuple[int, tuple[str, ...]]:
    """The archive, made durable; how many uploads it holds, and which are not there."""
    uploads = Uploads(settings.var / "files")
    handle = os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, TemporaryDirectory(prefix=".banshi-", dir=coming.parent) as folder:
        copy = Path(folder) / database.name
        digests = copy_database(database, copy)
        missing = tuple(digest for digest in digests if not uploads.has(digest))
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(copy, database.name)
            for digest in digests:
                if digest not in missing:
                    archive.add(uploads.path_of(digest), f"files/{digest[:2]}/{digest}")
            if (settings.var / "secret_key").exists():
                archive.add(settings.var / "secret_key", "secret_key")
            archive.add(settings.office, "office")
        file.flush()
        os.fsync(file.fileno())
    return len(digests) - len(missing), missing
