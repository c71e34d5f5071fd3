"""Metrics: counts by kind and outcome in the text format scrapers read."""

from bot.metrics import Metrics


def test_counts_and_gauges_are_laid_out_with_their_kind() -> None:
    metrics = Metrics()
    metrics.count("banshi_sends_total", channel="console", outcome="sent")
    metrics.count("banshi_sends_total", outcome="sent", channel="console")
    metrics.count("banshi_sends_total", channel='odd"\n', outcome="later")
    assert metrics.text({"banshi_outbox_lag_seconds": 3}).splitlines() == [
        "# HELP banshi_sends_total Messages sent or tried, by channel and outcome.",
        "# TYPE banshi_sends_total counter",
        'banshi_sends_total{channel="console",outcome="sent"} 2',
        'banshi_sends_total{channel="odd\\"\\n",outcome="later"} 1',
        "# HELP banshi_outbox_lag_seconds How long the next message has been due.",
        "# TYPE banshi_outbox_lag_seconds gauge",
        "banshi_outbox_lag_seconds 3",
    ]
