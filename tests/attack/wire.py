"""Requests byte by byte, as no browser would write them."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus


@dataclass(frozen=True)
class Told:
    """An answer: its status, its head as it came, and its body as text."""

    status: int
    head: str
    body: str

    @property
    def words(self) -> str:
        """Everything in it."""
        return f"{self.head}\n{self.body}"


@dataclass
class Wire:
    """The way to a server on this machine; `headers` go with every request unless one of that name is given."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, target: str, *, method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Told:
        """One request on a connection of its own; header values go out in UTF-8, half characters as they are."""
        given = {"Host": f"127.0.0.1:{self.port}", **self.headers, **(headers or {}), "Connection": "close"}
        if body or method == "POST":
            given.setdefault("Content-Length", str(len(body)))
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items()), "", ""]
        return await self.send("\r\n".join(lines).encode("utf-8", "surrogateescape") + body)

    async def send(self, content: bytes) -> Told:
        """Exactly these bytes; what comes back until the server hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(content)
        async with asyncio.timeout(20):
            came = await reader.read()
        writer.close()
        head, _, rest = came.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1]) if head else 0
        return Told(status, head.decode("utf-8", "replace"), rest.decode("utf-8", "replace"))

    async def post(self, target: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> Told:
        """A form as browsers write it."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.ask(target, method="POST", headers={**kind, **(headers or {})}, body=form(fields))


def form(fields: dict[str, str]) -> bytes:
    """The fields as a form's body; half characters are written as the bytes they would be."""
    pairs = (f"{quote_plus(name)}={quote_plus(value, errors='surrogatepass')}" for name, value in fields.items())
    return "&".join(pairs).encode()


def segment(text: str) -> str:
    """The text as one part of an address."""
    return quote(text, safe="", errors="surrogatepass")
