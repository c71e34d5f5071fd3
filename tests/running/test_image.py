"""The image and compose.yaml against the code: every name in them is one the code knows, and the steps do start it."""

import asyncio
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import Settings, from_environment
from tests.running.image import READ_BY_OTHERS, image, services
from tests.stories.telegram_office import free_port
from tests.tree import PACKAGES, ROOT

SETTINGS = set(re.findall(r'given(?:\.get\(|\[)"([A-Z_]+)"', (ROOT / "bot/settings.py").read_text("utf-8")))
_SUBSTITUTED = re.compile(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}")


def composed(given: dict[str, str]) -> dict[str, str]:
    """The bot's environment as compose hands it over."""
    return {
        name: _SUBSTITUTED.sub(lambda found: given.get(found[1]) or found[2] or "", str(value))
        for name, value in services()["bot"]["environment"].items()
    }


def read(environment: dict[str, str]) -> Settings:
    return from_environment({**environment, "OFFICE": str(ROOT / "offices" / "sample")})


def test_every_setting_that_is_named_is_one_the_code_reads() -> None:
    assert len(SETTINGS) >= 12
    assert set(image().environment) - {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"} <= SETTINGS
    assert set(services()["bot"]["environment"]) == SETTINGS | READ_BY_OTHERS


def test_uploads_go_to_the_volume_where_the_facts_are_on_a_server() -> None:
    settings = read(composed({"SECRET_KEY": "k" * 20}))
    assert f"ln -s {image().one('VOLUME')} {settings.var}" in " ".join(image().all("RUN"))


def test_what_compose_hands_over_is_what_the_settings_take() -> None:
    secrets = {"POSTGRES_PASSWORD": "p@ss/word", "SECRET_KEY": "k" * 20}
    settings = read(composed(secrets))
    assert settings.database_url == "postgresql://banshi@db/banshi"
    password = services()["db"]["environment"]["POSTGRES_PASSWORD"]
    assert services()["bot"]["environment"]["PGPASSWORD"] == password
    assert composed(secrets)["PGPASSWORD"] == "p@ss/word"
    assert (settings.redis_url, settings.secret_key, settings.on_trial) == ("redis://cache", "k" * 20, False)
    chosen = read(composed({**secrets, "PUBLIC_URL": "https://office.example", "LOG_LEVEL": "debug"}))
    assert (chosen.public_url, chosen.log_level) == ("https://office.example", "DEBUG")


def test_no_secret_is_written_into_the_file() -> None:
    text = (ROOT / "compose.yaml").read_text("utf-8")
    for name in ("POSTGRES_PASSWORD", "SECRET_KEY", "TELEGRAM_BOT_TOKEN", "TELEGRAM_WEBHOOK_SECRET"):
        values = re.findall(rf"^ +(?:PGPASSWORD|{name}): (.+)$", text, re.MULTILINE)
        assert values
        assert all(value.startswith("${") for value in values)
    assert ".env" in (ROOT / ".gitignore").read_text("utf-8").split()


def test_services_and_volumes_that_are_referred_to_are_there() -> None:
    whole = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    bot = services()["bot"]
    assert set(bot["depends_on"]) == set(services()) - {"bot"}
    assert all("healthcheck" in services()[name] for name in bot["depends_on"])
    named = {volume.partition(":")[0] for each in services().values() for volume in each.get("volumes", ())}
    assert {volume for volume in named if volume.isalnum()} == set(whole["volumes"])
    assert f"data:{image().one('VOLUME')}" in bot["volumes"]
    assert bot["ports"][0].endswith(f":{image().one('EXPOSE')}")
    assert bot["environment"]["OFFICE"] in [
        volume.split(":")[-2] for volume in bot["volumes"] if volume.endswith(":ro")
    ]


@pytest.mark.parametrize("name", ["bot", "db", "cache"])
def test_nobody_is_root_and_nothing_but_volumes_is_written(name: str) -> None:
    service = services()[name]
    assert service["user"] not in ("", "root", "0", "0:0")
    assert (service["read_only"], service["cap_drop"], service["restart"]) == (True, ["ALL"], "unless-stopped")
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_image_holds_what_is_needed_by_hash_and_nothing_else() -> None:
    (installed,) = [line for line in image().all("RUN") if "pip install" in line]
    assert {"--require-hashes", "--only-binary"} <= set(installed.split())
    assert installed.endswith("pip uninstall --yes pip")
    copied = {source for line in image().all("COPY") for source in line.split()[:-1]}
    assert {*PACKAGES, "offices", "requirements/runtime.txt"} <= copied
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").split() if line.startswith("!")}
    assert copied == let_in
    assert image().one("USER") == services()["bot"]["user"]
    assert f"--uid {image().one('USER').partition(':')[0]}" in image().all("RUN")[0]


def laid_out(at: Path) -> tuple[Path, Path]:
    """The image's tree and its data folder, from the COPY lines."""
    tree, data = at / "tree", at / "data"
    for line in image().all("COPY"):
        *names, to = line.split()
        for name in names:
            place = tree / (f"{to}{Path(name).name}" if to.endswith("/") else to)
            place.parent.mkdir(parents=True, exist_ok=True)
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, place)
    data.mkdir()
    (tree / "var").symlink_to(data)
    return tree, data


async def test_its_steps_start_it_and_it_writes_to_its_volume_only(tmp_path: Path) -> None:
    tree, data = laid_out(tmp_path)
    before = sorted(tree.rglob("*"))
    given = {name: value.replace("/data", str(data)) for name, value in image().environment.items()}
    given |= {"PATH": "", "PORT": str(free_port())}

    async def words(*said: str) -> asyncio.subprocess.Process:
        assert said[0] == "python"
        return await asyncio.create_subprocess_exec(
            sys.executable, *said[1:], cwd=tree, env=given, stdout=asyncio.subprocess.PIPE
        )

    process = await words(*image().start)
    try:
        assert process.stdout is not None
        async with asyncio.timeout(60):
            assert given["PORT"] in (await process.stdout.readline()).decode()
        assert await (await words(*image().health)).wait() == 0
    finally:
        process.terminate()
    assert await process.wait() == 0
    assert await (await words(*image().health)).wait() != 0
    assert sorted(tree.rglob("*")) == before
    assert {"banshi.db", "secret_key"} <= {path.name for path in data.iterdir()}
