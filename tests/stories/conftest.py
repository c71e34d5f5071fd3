"""The small office stories are told in."""

from tests.bot.conftest import clock, house, service, talk

__all__ = ["clock", "house", "service", "talk"]
