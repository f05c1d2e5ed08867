"""`skep sandbox build-environment`: from a lock file to packages that code nodes can import."""

import base64
import hashlib
import logging
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skep_cli.commands.sandbox import sandbox
from skep_contracts.plugins.environments import BUILD_FILE, LOCK_FILE, OPTIONS_FILE, read_build
from skep_contracts.plugins.runtimes import CodeRequest
from skep_runtime_bubblewrap.runtime import BubblewrapRuntime
from skep_runtime_bubblewrap.settings import Settings


def wheel(folder: Path, version: str) -> str:
    """Make a wheel of one package and one module; return its hash."""
    name = f"tinyskep-{version}"
    files = {
        "tinyskep/__init__.py": f"VERSION = {version!r}\n".encode(),
        "tinyskep/data.txt": b"data\n",
        "_tinyhidden.py": b"",
        f"{name}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: tinyskep\nVersion: {version}\n".encode()
        ),
        f"{name}.dist-info/WHEEL": (
            b"Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        ),
    }
    record = "".join(
        f"{path},sha256={_encoded(content)},{len(content)}\n" for path, content in files.items()
    )
    files[f"{name}.dist-info/RECORD"] = f"{record}{name}.dist-info/RECORD,,\n".encode()
    path = folder / f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, content in files.items():
            archive.writestr(inside, content)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that packages come from instead of an index."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder of one environment."""
    folder = tmp_path / "environments" / "tiny"
    folder.mkdir(parents=True)
    return folder


def lock(home: Path, version: str, digest: str) -> None:
    (home / LOCK_FILE).write_text(f"tinyskep=={version} --hash=sha256:{digest}\n")


def skep(*arguments: str, home: Path) -> Result:
    return CliRunner().invoke(sandbox, [*arguments, "--directory", str(home.parent)])


async def test_built_environment_is_what_code_imports(home: Path, wheels: Path) -> None:
    lock(home, "1.0", wheel(wheels, "1.0"))

    done = skep("build-environment", "tiny", home=home)

    assert done.exit_code == 0, done.output
    assert "1 package," in done.output
    build = read_build(home.parent, "tiny")
    assert build is not None
    assert (build.preload, build.packages) == (("tinyskep",), ("tinyskep 1.0",))
    runtime = BubblewrapRuntime(Settings(environments=str(home.parent)), logging.getLogger("t"))
    try:
        if not (await runtime.start()).usable:
            pytest.skip("NOT TESTED, no isolation here")
        code = "import tinyskep\ndef main():\n    return {'version': tinyskep.VERSION}\n"
        request = CodeRequest(language="python", code=code, inputs={}, environment="tiny")
        assert (await runtime.run(request)).result == {"version": "1.0"}
    finally:
        await runtime.stop()


def test_later_builds_replace_older_ones_but_the_last(home: Path, wheels: Path) -> None:
    for version in ("1.0", "2.0", "3.0"):
        lock(home, version, wheel(wheels, version))
        assert skep("build-environment", "tiny", home=home).exit_code == 0

    build = read_build(home.parent, "tiny")
    assert build is not None
    assert build.packages == ("tinyskep 3.0",)
    assert len(list(home.glob("build-*"))) == 2
    assert not list(home.glob(".building*"))


def test_package_with_another_hash_is_refused_and_the_last_build_stays(
    home: Path, wheels: Path
) -> None:
    lock(home, "1.0", wheel(wheels, "1.0"))
    skep("build-environment", "tiny", home=home)
    before = (home / BUILD_FILE).read_bytes()
    wheel(wheels, "2.0")
    lock(home, "2.0", "0" * 64)

    done = skep("build-environment", "tiny", home=home)

    assert done.exit_code == 1
    assert "could not be installed" in done.output
    assert (home / BUILD_FILE).read_bytes() == before
    assert "build it anew" in skep("environments", home=home).output


def test_lock_file_without_hashes_is_refused(home: Path, wheels: Path) -> None:
    wheel(wheels, "1.0")
    (home / LOCK_FILE).write_text("tinyskep==1.0\n")

    assert skep("build-environment", "tiny", home=home).exit_code == 1
    assert read_build(home.parent, "tiny") is None


def test_options_say_what_is_loaded_ahead(home: Path, wheels: Path) -> None:
    lock(home, "1.0", wheel(wheels, "1.0"))
    (home / OPTIONS_FILE).write_text('preload = ["json"]\n')

    assert skep("build-environment", "tiny", home=home).exit_code == 0

    build = read_build(home.parent, "tiny")
    assert build is not None
    assert build.preload == ("json",)


@pytest.mark.parametrize("text", ['preloads = ["x"]', "preload = 1", "preload = ["])
def test_options_that_mean_nothing_are_refused(home: Path, wheels: Path, text: str) -> None:
    lock(home, "1.0", wheel(wheels, "1.0"))
    (home / OPTIONS_FILE).write_text(text)

    done = skep("build-environment", "tiny", home=home)

    assert done.exit_code == 1
    assert OPTIONS_FILE in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("build-environment", "none"), "uv pip compile --generate-hashes"),
        (("build-environment", "../tiny"), "cannot be the name"),
        (("build-environment", "tiny", "--python", "/bin/false"), "no Python"),
    ],
)
def test_what_is_missing_is_said(
    home: Path, wheels: Path, arguments: tuple[str, ...], words: str
) -> None:
    lock(home, "1.0", wheel(wheels, "1.0"))

    done = skep(*arguments, home=home)

    assert done.exit_code == 1
    assert words in done.output


def test_environments_are_listed_with_their_state(home: Path, wheels: Path) -> None:
    lock(home, "1.0", wheel(wheels, "1.0"))
    (home.parent / "other").mkdir()
    (home.parent / "other" / LOCK_FILE).touch()
    skep("build-environment", "tiny", home=home)

    listed = skep("environments", home=home).output.splitlines()

    assert [line.split(maxsplit=1) for line in listed] == [
        ["other", "not built"],
        ["tiny", "built"],
    ]
