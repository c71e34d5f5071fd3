"""Channels the office's packs forbid, told as notices: off, or on by the office's own word."""

from collections.abc import Iterable, Mapping

from flows.channels import ALLOWED
from flows.procedure.model import Json, Pack
from storage.problems import Problems


def tell_forbidden(packs: Iterable[Pack], settled: Mapping[str, Json], problems: Problems, file: str) -> None:
    """A notice for each channel one of the packs in use forbids; `settled` are the office's settings."""
    for pack in packs:
        for item in pack.channels:
            key, clause = f"{pack.id}/{item.setting}", "；".join(item.cite)
            if settled.get(key) == ALLOWED:
                message = f"渠道 {item.channel} 由本单位放开：{pack.title}写明{item.statement}（{clause}）"
                problems.notice(file, 0, message, f"不再放开的，删去 settings 里的 {key}")
            else:
                message = f"渠道 {item.channel} 已关闭：{pack.title}写明{item.statement}（{clause}）"
                problems.notice(file, 0, message, f"确要使用的，在 settings 里写 {key}: {ALLOWED}")
