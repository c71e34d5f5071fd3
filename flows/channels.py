"""Channels a regulation forbids: switched off wherever its pack rules anything, until the office allows them."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flows.people import Office
from flows.procedure.model import ForbiddenChannel, Pack

ALLOWED = "allowed"


def forbidden_channels(office: Office, packs: Iterable[Pack]) -> Mapping[str, ForbiddenChannel]:
    """The channels that must stay off in this office, by name, with the clause that forbids each.

    Only packs the office runs count; one it has settled as `allowed` is not forbidden any more.
    """
    running = set(office.packs.values())
    found: dict[str, ForbiddenChannel] = {}
    for pack in packs:
        for item in pack.channels if pack.id in running else ():
            if office.settings.get(f"{pack.id}/{item.setting}") != ALLOWED:
                found.setdefault(item.channel, item)
    return MappingProxyType(found)
