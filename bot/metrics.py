"""Counters and gauges in the text format Prometheus reads; labels are kinds and outcomes, never people or cases."""

from collections import Counter
from collections.abc import Iterable, Mapping

Labels = tuple[tuple[str, str], ...]
_HELP = {
    "banshi_events_total": "Events taken in, by channel, kind and outcome.",
    "banshi_sends_total": "Messages sent or tried, by channel and outcome.",
    "banshi_timers_total": "Timers carried out, by kind and outcome.",
    "banshi_outbox_lag_seconds": "How long the next message has been due.",
    "banshi_timers_lag_seconds": "How long the next timer has been due.",
}


class Metrics:
    """What this process has done since it started."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Labels]] = Counter()

    def count(self, name: str, **labels: str) -> None:
        """Add one."""
        self._counts[name, tuple(sorted(labels.items()))] += 1

    def value(self, name: str, **labels: str) -> int:
        """How many there have been."""
        return self._counts[name, tuple(sorted(labels.items()))]

    def text(self, gauges: Mapping[str, float]) -> str:
        """Everything counted and the gauges as they stand, ready to be read."""
        lines: list[str] = []
        for name in dict.fromkeys(name for name, _ in sorted(self._counts)):
            rows = ((labels, float(n)) for (of, labels), n in sorted(self._counts.items()) if of == name)
            lines += _block(name, "counter", rows)
        for name, value in sorted(gauges.items()):
            lines += _block(name, "gauge", [((), value)])
        return "".join(f"{line}\n" for line in lines)


def _block(name: str, kind: str, rows: Iterable[tuple[Labels, float]]) -> list[str]:
    head = [f"# HELP {name} {_HELP[name]}"] if name in _HELP else []
    return [*head, f"# TYPE {name} {kind}", *(f"{name}{_labelled(labels)} {value:g}" for labels, value in rows)]


def _labelled(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{pairs}}}" if pairs else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
