"""What tests share: the servers some of them need, and a wall around the network."""

import os
import shutil
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes is the machine's business, not the test's.
settings.register_profile("banshi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("banshi")

LOOPBACK = ("127.", "::1", "localhost")


def missing(what: str) -> None:
    """Skip the test for want of a server; under `CI=true` a missing one is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing, and under CI=true it must be there", pytrace=False)
    pytest.skip(f"{what} is missing")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = str(address[0]) if isinstance(address, tuple) else ""
        assert self.family == socket.AF_UNIX or host.startswith(LOOPBACK), f"a test reaches out to {host}"
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium to drive (`CHROMIUM` overrides)."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CHROMIUM") or next((path for name in names if (path := shutil.which(name))), None)
    if not found:
        missing("Chromium")
    return str(found)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The address of an empty PostgreSQL database to test on (`TEST_POSTGRES_URL`)."""
    url = os.environ.get("TEST_POSTGRES_URL", "")
    if not url:
        missing("PostgreSQL (TEST_POSTGRES_URL)")
    return url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of a Redis to test on (`TEST_REDIS_URL`); tests use their own key prefix."""
    url = os.environ.get("TEST_REDIS_URL", "")
    if not url:
        missing("Redis (TEST_REDIS_URL)")
    return url


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
