"""What tests share: the servers some of them need, and a wall around the network."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from redis import Redis
from redis.exceptions import RedisError

from storage.scratch import Scratch, scratch

# How long an example takes is the machine's business, not the test's.
settings.register_profile("banshi", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("banshi")

LOCAL_POSTGRES = ("postgresql://postgres@127.0.0.1:5432/postgres", "postgresql:///postgres")
LOCAL_REDIS = "redis://127.0.0.1:6379"
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
def postgres_server() -> str:
    """Where tests may make schemas of their own (`TEST_POSTGRES_URL`, else a PostgreSQL on this machine)."""
    given = os.environ.get("TEST_POSTGRES_URL", "")
    for url in [given] if given else LOCAL_POSTGRES:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError:
            continue
        return url
    missing(f"PostgreSQL ({given or 'TEST_POSTGRES_URL, or one on 127.0.0.1:5432'})")
    return ""


@pytest.fixture(scope="session")
def postgres_scratch(postgres_server: str) -> Iterator[Scratch]:
    """A schema of this test process alone, gone at its end."""
    with scratch(postgres_server) as made:
        yield made


@pytest.fixture
def postgres_url(postgres_scratch: Scratch) -> str:
    """The address of a PostgreSQL database with this version's schema and nothing in it."""
    postgres_scratch.empty()
    return postgres_scratch.url


@pytest.fixture(scope="session")
def redis_url() -> str:
    """The address of a Redis to test on (`TEST_REDIS_URL`, else one on this machine); tests use names of their own."""
    given = os.environ.get("TEST_REDIS_URL", "")
    url = given or LOCAL_REDIS
    client = Redis.from_url(url, socket_connect_timeout=3)
    try:
        client.ping()
    except RedisError:
        missing(f"Redis ({given or 'TEST_REDIS_URL, or one on 127.0.0.1:6379'})")
    finally:
        client.close()
    return url


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
