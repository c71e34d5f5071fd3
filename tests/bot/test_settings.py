"""Settings: what is taken when nothing is said, and one sentence for every setting that cannot be meant."""

from pathlib import Path

import pytest

from bot.settings import Settings, WrongSetting, from_environment


def read(home: Path, **environment: str) -> Settings:
    office = home / "office"
    office.mkdir(exist_ok=True)
    return from_environment({"OFFICE": str(office), **environment})


def test_nothing_said_is_the_sample_on_this_machine(home: Path) -> None:
    (home / "offices" / "sample").mkdir(parents=True)
    settings = from_environment({})
    assert (settings.host, settings.port, settings.database_url) == ("127.0.0.1", 8080, "sqlite:///var/banshi.db")
    assert settings.office == Path("offices/sample")
    assert (settings.zone.key, settings.var, settings.redis_url) == ("Asia/Shanghai", Path("var"), "")


def test_anybody_may_be_anybody_in_the_sample_office_on_this_machine_only(home: Path) -> None:
    (home / "offices" / "sample").mkdir(parents=True)
    assert from_environment({}).on_trial
    assert from_environment({"OFFICE": str(home / "offices" / "sample")}).on_trial
    assert from_environment({"PUBLIC_URL": "http://localhost:8080"}).on_trial
    assert not from_environment({"HOST": "0.0.0.0"}).on_trial
    assert not from_environment({"PUBLIC_URL": "https://office.example"}).on_trial
    assert not read(home).on_trial


def test_the_address_is_the_public_one_or_where_it_listens(home: Path) -> None:
    assert read(home).address(81) == "http://127.0.0.1:81"
    assert read(home, HOST="0.0.0.0").address(81) == "http://127.0.0.1:81"
    assert read(home, HOST="::1").address(81) == "http://[::1]:81"
    assert read(home, PUBLIC_URL="https://office.example/").address(81) == "https://office.example"


def test_uploads_and_secret_lie_beside_the_database(home: Path) -> None:
    assert read(home, DATABASE_URL="sqlite:////srv/office/facts.db").var == Path("/srv/office")


def test_a_server_keeps_the_facts_and_var_the_rest(home: Path) -> None:
    settings = read(home, DATABASE_URL="postgresql://office@db/banshi")
    assert (settings.database_url, settings.var) == ("postgresql://office@db/banshi", Path("var"))


def test_an_empty_setting_is_none(home: Path) -> None:
    assert read(home, PORT="", REDIS_URL=" ").port == 8080


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("DATABASE_URL", "mysql://db/x", "postgresql://"),
        ("DATABASE_URL", "postgresql+psycopg://db/x", "postgresql://"),
        ("DATABASE_URL", "sqlite:///", "sqlite:///"),
        ("REDIS_URL", "http://cache", "redis://"),
        ("PUBLIC_URL", "office.example", "https://"),
        ("PORT", "80a", "65535"),
        ("PORT", "70000", "65535"),
        ("PORT", "٣", "65535"),
        ("TIMEZONE", "Mars/Base", "Asia/Shanghai"),
        ("TIMEZONE", "../etc/passwd", "Asia/Shanghai"),
        ("SECRET_KEY", "short", "16"),
        ("LOG_LEVEL", "loud", "INFO"),
        ("TELEGRAM_BOT_TOKEN", "token", "BotFather"),
        ("TELEGRAM_API_BASE", "proxy.example", "https://"),
        ("TELEGRAM_WEBHOOK_SECRET", "有 空格", "字母"),
        ("OFFICE", "nowhere", "OFFICE"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence_with_the_fix(home: Path, name: str, value: str, fix: str) -> None:
    with pytest.raises(WrongSetting) as told:
        read(home, **{name: value})
    sentence = str(told.value)
    assert name in sentence
    assert fix in sentence
    assert sentence.count("。") == 1
    assert "\n" not in sentence


def test_a_wrong_secret_or_token_is_not_repeated(home: Path) -> None:
    for name in ("SECRET_KEY", "TELEGRAM_BOT_TOKEN"):
        with pytest.raises(WrongSetting) as told:
            read(home, **{name: "hunter2"})
        assert "hunter2" not in str(told.value)


def test_a_webhook_needs_its_secret(home: Path) -> None:
    public = {"TELEGRAM_BOT_TOKEN": "1:x", "PUBLIC_URL": "https://office.example/"}
    with pytest.raises(WrongSetting, match="TELEGRAM_WEBHOOK_SECRET"):
        read(home, **public)
    settings = read(home, **public, TELEGRAM_WEBHOOK_SECRET="s")
    assert (settings.telegram.webhook_secret, settings.public_url) == ("s", "https://office.example")


def test_telegram_itself_brings_messages_to_https_only(home: Path) -> None:
    public = {"TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_WEBHOOK_SECRET": "s", "PUBLIC_URL": "http://office.example"}
    with pytest.raises(WrongSetting, match="https://"):
        read(home, **public)
    own = read(home, **public, TELEGRAM_API_BASE="http://127.0.0.1:8081")
    assert own.telegram.api_base == "http://127.0.0.1:8081"
