"""Settings: where a value comes from, and what is said when it is wrong."""

import enum
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest

from skep_runtime.settings import SettingsError, load, load_or_exit


class Level(enum.StrEnum):
    LOW = "low"
    HIGH = "high"


class Bus(msgspec.Struct, frozen=True, kw_only=True):
    url: str = "nats://127.0.0.1:4222"
    password: str | None = None
    credentials_file: str | None = None
    replicas: int = 1


class Store(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    pool_size: Annotated[int, msgspec.Meta(ge=1)] = 5

    def __post_init__(self) -> None:
        if self.url == "nonsense":
            raise ValueError("url is nonsense")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    bus: Bus = Bus(replicas=3)
    store: Store
    archive: Store | None = None
    port: int = 8080
    ratio: float = 0.5
    is_open: bool = False
    level: Level = Level.LOW
    form: Literal["json", "console"] = "json"
    hosts: tuple[str, ...] = ()
    folder: Path | None = None
    api_token: int = 0


def loaded(**environ: str) -> Settings:
    return load(Settings, service="gateway", environ={"SKEP_STORE__URL": "x", **environ})


def faults(**environ: str) -> str:
    with pytest.raises(SettingsError) as raised:
        loaded(**environ)
    return "\n".join(raised.value.faults)


def test_defaults_stand_where_nothing_is_set() -> None:
    assert loaded() == Settings(store=Store(url="x"))


def test_text_becomes_what_the_field_takes() -> None:
    settings = loaded(
        SKEP_GATEWAY__PORT="9000",
        SKEP_GATEWAY__RATIO="1.5",
        SKEP_GATEWAY__IS_OPEN="true",
        SKEP_GATEWAY__LEVEL="high",
        SKEP_GATEWAY__FORM="console",
        SKEP_GATEWAY__HOSTS="a, b,",
        SKEP_GATEWAY__FOLDER="/data",
    )

    assert (settings.port, settings.ratio, settings.is_open) == (9000, 1.5, True)
    assert (settings.level, settings.form) == (Level.HIGH, "console")
    assert (settings.hosts, settings.folder) == (("a", "b"), Path("/data"))


def test_own_variable_wins_over_the_shared_one() -> None:
    settings = loaded(SKEP_GATEWAY__BUS__URL="own", SKEP_BUS__URL="shared")

    assert settings.bus.url == "own"


def test_default_of_a_whole_section_fills_what_is_not_set() -> None:
    settings = loaded(SKEP_BUS__URL="shared")

    assert settings.bus == Bus(url="shared", replicas=3)


def test_plain_field_is_not_read_from_a_shared_name() -> None:
    assert loaded(SKEP_PORT="1").port == 8080


def test_optional_section_is_there_once_one_of_its_fields_is_set() -> None:
    assert loaded().archive is None
    assert loaded(SKEP_ARCHIVE__URL="y").archive == Store(url="y")
    assert loaded(SKEP_ARCHIVE__URL="", SKEP_GATEWAY__ARCHIVE__URL="").archive is None
    assert "SKEP_GATEWAY__ARCHIVE__URL" in faults(SKEP_ARCHIVE__POOL_SIZE="2")
    assert "did you mean SKEP_ARCHIVE__URL?" in faults(SKEP_ARCHIVE__URLS="y")


def test_file_gives_the_value_without_its_line_end(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")

    assert loaded(SKEP_BUS__PASSWORD_FILE=str(secret)).bus.password == "hunter2"
    assert loaded(SKEP_GATEWAY__PORT_FILE=str(secret.with_name("none")) * 0).port == 8080


def test_field_whose_own_name_ends_in_file_is_the_path() -> None:
    assert loaded(SKEP_BUS__CREDENTIALS_FILE="/x").bus.credentials_file == "/x"


def test_empty_variable_counts_as_not_set() -> None:
    assert loaded(SKEP_GATEWAY__PORT="", SKEP_BUS__PASSWORD_FILE="") == loaded()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SKEP_GATEWAY__PORT", "abc", "SKEP_GATEWAY__PORT: expected int; got 'abc'"),
        ("SKEP_GATEWAY__IS_OPEN", "maybe", "SKEP_GATEWAY__IS_OPEN: expected bool; got 'maybe'"),
        ("SKEP_GATEWAY__LEVEL", "mid", "SKEP_GATEWAY__LEVEL: expected one of low, high; got 'mid'"),
        ("SKEP_GATEWAY__FORM", "x", "SKEP_GATEWAY__FORM: expected one of json, console; got 'x'"),
        ("SKEP_STORE__POOL_SIZE", "0", "SKEP_STORE__POOL_SIZE: expected int >= 1; got '0'"),
        ("SKEP_STORE__URL", "nonsense", "SKEP_GATEWAY__STORE: url is nonsense"),
        ("SKEP_GATEWAY__PROT", "1", "no such setting; did you mean SKEP_GATEWAY__PORT?"),
        ("SKEP_BUS__URLS", "1", "no such setting; did you mean SKEP_BUS__URL?"),
        ("SKEP_BUS__PASSWORD_FILE", "/nowhere", "cannot read /nowhere (No such file or directory)"),
    ],
)
def test_fault_names_the_variable_and_what_it_takes(name: str, value: str, said: str) -> None:
    assert said in faults(**{name: value})


def test_missing_field_is_named_with_every_way_to_set_it() -> None:
    with pytest.raises(SettingsError, match="SKEP_GATEWAY__STORE__URL or SKEP_STORE__URL"):
        load(Settings, service="gateway", environ={})


def test_all_faults_are_told_at_once() -> None:
    said = faults(SKEP_GATEWAY__PORT="x", SKEP_GATEWAY__RATIO="x", SKEP_BUS__REPLICAS="x")

    assert said.count("\n") == 2


def test_others_variables_are_left_alone() -> None:
    loaded(SKEP_PARENT_PID="1", SKEP_ORCHESTRATOR__PORT="x", SKEP_VAULT__KEY="x", SKEPTIC="x")


def test_secret_is_never_shown(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")

    said = faults(
        SKEP_GATEWAY__API_TOKEN="hunter2",
        SKEP_GATEWAY__PORT_FILE=str(secret),
        SKEP_GATEWAY__RATIO="postgres://user:hunter2@host/x",
    )

    assert "hunter2" not in said
    assert said.count("not shown") == 2
    assert "host/x" in said


def test_variable_and_file_at_once_are_refused(tmp_path: Path) -> None:
    assert "both set" in faults(SKEP_BUS__PASSWORD="a", SKEP_BUS__PASSWORD_FILE=str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x" * 70_000])
def test_file_that_holds_no_short_text_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x"
    file.write_bytes(content)

    assert "SKEP_BUS__PASSWORD_FILE" in faults(SKEP_BUS__PASSWORD_FILE=str(file))


def test_program_ends_with_the_faults_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SKEP_GATEWAY__PORT", "x")

    with pytest.raises(SystemExit) as raised:
        load_or_exit(Settings, service="gateway")

    assert raised.value.code == 2
    assert "SKEP_GATEWAY__PORT: expected int" in capsys.readouterr().err
