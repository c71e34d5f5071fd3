"""What the process is told at its start, read from the environment once.

    DATABASE_URL   sqlite:///var/banshi.db     OFFICE       offices/sample      TIMEZONE   Asia/Shanghai
                   or postgresql://…
    REDIS_URL      (none)                      HOST, PORT   127.0.0.1, 8080     PUBLIC_URL (none)
    SECRET_KEY     kept in var/secret_key      LOG_LEVEL    INFO
    TELEGRAM_BOT_TOKEN, TELEGRAM_WEBHOOK_SECRET (with PUBLIC_URL), TELEGRAM_API_BASE (none: no Telegram)

A setting that cannot be meant stops the start with one sentence that says how to put it right.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from storage.database import on_server

SQLITE = "sqlite:///"
SAMPLE = "offices/sample"
_LOOPBACK = frozenset(("127.0.0.1", "::1", "localhost"))
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_SECRET_LENGTH = 16
_TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class WrongSetting(Exception):
    """A setting cannot be meant; the sentence names it and says what to write."""


@dataclass(frozen=True, slots=True)
class Telegram:
    """How to reach Telegram; an empty token leaves it out, a webhook needs the public address and a secret."""

    token: str = ""
    api_base: str = ""
    webhook_secret: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process. `secret_key` is empty where it is kept beside the database."""

    database_url: str
    redis_url: str
    office: Path
    host: str
    port: int
    public_url: str
    zone: ZoneInfo
    secret_key: str
    log_level: str
    telegram: Telegram

    @property
    def on_trial(self) -> bool:
        """Whether everybody may be anybody: in the sample office, while only this machine sees it."""
        reached_as = urlsplit(self.public_url).hostname or self.host
        return self.office.resolve() == Path(SAMPLE).resolve() and {self.host, reached_as} <= _LOOPBACK

    def address(self, port: int) -> str:
        """Where a browser finds the console, which listens on that port."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0", "::") else self.host  # noqa: S104
        return self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"

    @property
    def var(self) -> Path:
        """The folder for uploads and the kept secret: beside the SQLite file, else `var`."""
        path = Path(self.database_url.removeprefix(SQLITE)) if self.database_url.startswith(SQLITE) else None
        return path.parent if path is not None and path.name else Path("var")


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings the environment gives.

    Raises:
        WrongSetting: one of them cannot be meant.
    """
    given = {name: value.strip() for name, value in environment.items() if value.strip()}
    return Settings(
        database_url=_database(given.get("DATABASE_URL", f"{SQLITE}var/banshi.db")),
        redis_url=_url("REDIS_URL", given.get("REDIS_URL", ""), ("redis", "rediss", "unix")),
        office=_folder(given.get("OFFICE", SAMPLE)),
        host=given.get("HOST", "127.0.0.1"),
        port=_port(given.get("PORT", "8080")),
        public_url=_url("PUBLIC_URL", given.get("PUBLIC_URL", ""), ("http", "https")).rstrip("/"),
        zone=_zone(given.get("TIMEZONE", "Asia/Shanghai")),
        secret_key=_secret(given.get("SECRET_KEY", "")),
        log_level=_level(given.get("LOG_LEVEL", "INFO").upper()),
        telegram=_telegram(given),
    )


def _database(url: str) -> str:
    if on_server(url):
        return url
    scheme = url.partition(":")[0]
    if scheme != "sqlite":
        raise WrongSetting(
            f"DATABASE_URL 以 {scheme}: 开头，不认识：请写成 sqlite:///文件路径，或 postgresql://用户:密码@主机/数据库。"
        )
    if not url.startswith(SQLITE) or url == SQLITE:
        raise WrongSetting("DATABASE_URL 没有写出文件：请写成 sqlite:///文件路径（绝对路径为四个斜杠）。")
    return url


def _url(name: str, url: str, schemes: tuple[str, ...]) -> str:
    if url and urlsplit(url).scheme not in schemes:
        raise WrongSetting(f"{name} 的开头不对：请以 {' 或 '.join(f'{scheme}://' for scheme in schemes)} 开头。")
    return url


def _folder(path: str) -> Path:
    folder = Path(path)
    if not folder.is_dir():
        raise WrongSetting(f"没有找到单位文件夹 {path}：请用 OFFICE 指出含 office.yaml 的文件夹，或在项目目录中运行。")
    return folder


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise WrongSetting(f"PORT 不能是 {text}：请写 0 到 65535 之间的数字（0 表示任选一个空闲端口）。")
    return int(text)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongSetting(f"TIMEZONE 不认识 {name}：请写时区名，例如 Asia/Shanghai。") from None


def _secret(key: str) -> str:
    if key and len(key) < _SECRET_LENGTH:
        raise WrongSetting(f"SECRET_KEY 太短：请写至少 {_SECRET_LENGTH} 个字符，或不写，由程序生成并保存。")
    return key


def _level(name: str) -> str:
    if name not in _LEVELS:
        raise WrongSetting(f"LOG_LEVEL 不能是 {name}：请在 {'、'.join(_LEVELS)} 中选一个。")
    return name


def _telegram(given: Mapping[str, str]) -> Telegram:
    token = given.get("TELEGRAM_BOT_TOKEN", "")
    number, _, rest = token.partition(":")
    if token and not (number.isdigit() and rest):
        raise WrongSetting("TELEGRAM_BOT_TOKEN 不完整：请照抄 BotFather 给出的“数字:字母”全文。")
    if token and given.get("PUBLIC_URL") and not given.get("TELEGRAM_WEBHOOK_SECRET"):
        raise WrongSetting("设了 PUBLIC_URL 就会用回调接收 Telegram 消息：请再设 TELEGRAM_WEBHOOK_SECRET。")
    secret = given.get("TELEGRAM_WEBHOOK_SECRET", "")
    if secret and not _TELEGRAM_SECRET.fullmatch(secret):
        raise WrongSetting("TELEGRAM_WEBHOOK_SECRET 只能用字母、数字、_ 和 -，最多 256 个：请换一个。")
    if token and given.get("PUBLIC_URL", "").startswith("http:") and not given.get("TELEGRAM_API_BASE"):
        raise WrongSetting("Telegram 只把消息送到 https 地址：PUBLIC_URL 请以 https:// 开头，或不设它，由本程序去取。")
    base = _url("TELEGRAM_API_BASE", given.get("TELEGRAM_API_BASE", ""), ("http", "https"))
    return Telegram(token, base, secret)
