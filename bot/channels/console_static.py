"""The console's style, scripts and icon, served from memory under an address that holds their digest.

An address never shows another content, so browsers keep it for good; gzip is made once at the start.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).resolve().parent.parent / "static"
NAMES = (
    "console.css",
    "narrow.css",
    "console.js",
    "icon.svg",
    "vendor/htmx-4.0.1.min.js",
    "vendor/hx-sse-4.0.1.min.js",
)
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes over the wire."""

    url: str
    etag: str
    content_type: str
    plain: bytes
    gzipped: bytes

    def answer(self, request: web.Request) -> web.Response:
        """The file, or 304 to whoever has it already."""
        headers = {
            "ETag": f'"{self.etag}"',
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        if any(tag.value == self.etag for tag in request.if_none_match or ()):
            return web.Response(status=304, headers=headers)
        body = self.plain
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = self.gzipped
        return web.Response(body=body, headers=headers, content_type=self.content_type, charset="utf-8")


class Assets:
    """Every file of the console by its plain name and by its address."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._by_name = {name: _read(folder, name) for name in NAMES}
        self._by_url = {asset.url: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """The address of that file, with the digest of what it holds."""
        return self._by_name[name].url

    def at(self, url: str) -> Asset | None:
        """The file at that address, if there is one."""
        return self._by_url.get(url)


def _read(folder: Path, name: str) -> Asset:
    plain = (folder / name).read_bytes()
    digest = hashlib.sha256(plain).hexdigest()[:16]
    stem, dot, suffix = name.rpartition(".")
    return Asset(
        url=f"/static/{stem}.{digest}{dot}{suffix}",
        etag=digest,
        content_type=_TYPES[dot + suffix],
        plain=plain,
        gzipped=gzip.compress(plain, 9, mtime=0),
    )
