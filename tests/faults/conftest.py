"""The small office that things go wrong around."""

from tests.bot.conftest import clock, house, service, talk

__all__ = ["clock", "house", "service", "talk"]
