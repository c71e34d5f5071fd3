"""One inbound event, one flow call, one transaction.

Handlers are plain functions run inside a unit of work; they know flows and the ports, never storage or a messenger.
"""
