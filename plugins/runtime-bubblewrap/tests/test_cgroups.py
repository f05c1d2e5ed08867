"""Control groups of both versions, in a made-up file system and in the real one."""

import os
import signal
import subprocess
import threading
from pathlib import Path

import pytest

from skep_runtime_bubblewrap import cgroups
from skep_runtime_bubblewrap.cgroups import Bounds, ControlGroup

BOUNDS = Bounds(memory_bytes=1 << 30, processes=100)


class Machine:
    """Control groups as plain folders: a new one gets the files that its parent promises."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.files: dict[str, tuple[str, ...]] = {}
        self._mounts: list[str] = []
        self._own: list[str] = []
        monkeypatch.setattr(cgroups, "_MOUNTS", root / "mountinfo")
        monkeypatch.setattr(cgroups, "_OWN", root / "own")
        real = Path.mkdir

        def mkdir(path: Path) -> None:
            real(path)
            for name in self.files.get(str(path.parent), ()):
                (path / name).touch()

        monkeypatch.setattr(Path, "mkdir", mkdir)

    def mount(self, name: str, kind: str, options: str, own: str, *files: str) -> Path:
        folder = self.root / name
        inner = folder / own.strip("/")
        os.makedirs(inner)  # noqa: PTH103  # the other way is what is replaced here
        self.files[str(inner)] = files
        self._mounts.append(f"30 20 0:1 / {folder} rw - {kind} none {options}")
        controllers = "" if kind == "cgroup2" else options.partition(",")[2]
        self._own.append(f"1:{controllers}:{own}")
        (self.root / "mountinfo").write_text("\n".join(self._mounts))
        (self.root / "own").write_text("\n".join(self._own))
        return inner


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(tmp_path, monkeypatch)


def content(group: ControlGroup | None) -> dict[str, str]:
    assert group is not None
    return {path.name: path.read_text() for each in group.folders for path in each.iterdir()}


def test_version_1_has_a_folder_for_each_controller(machine: Machine) -> None:
    machine.mount("memory", "cgroup", "rw,memory", "/a/b", "memory.limit_in_bytes", "cgroup.procs")
    machine.mount("pids", "cgroup", "rw,pids", "/", "pids.max", "cgroup.procs")
    machine.mount("freezer", "cgroup", "rw,freezer", "/", "cgroup.procs")

    group, guarantee = cgroups.make(BOUNDS)

    assert guarantee.holds
    assert content(group) == {
        "memory.limit_in_bytes": str(1 << 30),
        "pids.max": "100",
        "cgroup.procs": "",
    }
    assert group is not None
    assert len(group.entrances) == 2


def test_version_2_has_one_folder(machine: Machine) -> None:
    files = ("memory.max", "memory.swap.max", "pids.max", "cpu.weight", "cgroup.procs")
    machine.mount("unified", "cgroup2", "rw", "/user.slice", *files)

    group, guarantee = cgroups.make(BOUNDS)

    assert guarantee.holds
    assert group is not None
    assert len(group.folders) == 1
    assert content(group)["memory.max"] == str(1 << 30)
    assert content(group)["memory.swap.max"] == "0"


def test_version_2_without_controllers_leaves_them_to_version_1(machine: Machine) -> None:
    machine.mount("memory", "cgroup", "rw,memory", "/", "memory.limit_in_bytes", "cgroup.procs")
    machine.mount("pids", "cgroup", "rw,pids", "/", "pids.max", "cgroup.procs")
    unified = machine.mount("unified", "cgroup2", "rw", "/")

    group, guarantee = cgroups.make(BOUNDS)

    assert guarantee.holds
    assert group is not None
    assert not any(folder.is_relative_to(unified) for folder in group.folders)
    assert [p.name for p in unified.iterdir() if p.is_dir()] == []


def test_without_control_groups_it_says_what_does_not_hold(machine: Machine) -> None:
    group, guarantee = cgroups.make(BOUNDS)

    assert group is None
    assert (guarantee.holds, guarantee.required) == (False, False)
    assert "root" in guarantee.detail


def test_what_killed_services_left_is_removed(machine: Machine) -> None:
    parent = machine.mount("pids", "cgroup", "rw,pids", "/")
    left, living = parent / "skep-sandbox-999999999-1", parent / f"skep-sandbox-{os.getpid()}-77"
    left.mkdir()
    living.mkdir()

    cgroups.make(BOUNDS)

    assert (left.exists(), living.exists()) == (False, True)


def test_real_group_is_made_and_removed() -> None:
    group, guarantee = cgroups.make(BOUNDS)
    if group is None:
        pytest.skip(f"NOT TESTED: {guarantee.detail}")

    made = [folder for folder in group.folders if folder.exists()]
    group.remove()

    assert made == list(group.folders)
    assert not any(folder.exists() for folder in group.folders)


def test_process_that_outlived_its_service_is_killed_by_the_next_one() -> None:
    group, guarantee = cgroups.make(BOUNDS)
    if group is None:
        pytest.skip(f"NOT TESTED: {guarantee.detail}")
    gone = 999_999_999
    left = [folder.parent / f"skep-sandbox-{gone}-1" for folder in group.folders]
    with subprocess.Popen(["sleep", "60"]) as process:
        for folder in left:
            folder.mkdir()
            (folder / "cgroup.procs").write_text(str(process.pid))
        reaping = threading.Thread(target=process.wait)  # as init does for one without a parent
        reaping.start()

        again, _ = cgroups.make(BOUNDS)
        reaping.join(10)

        assert process.returncode == -signal.SIGKILL
    assert again is not None
    for made in (group, again):
        made.remove()
    assert not any(folder.exists() for folder in left)
