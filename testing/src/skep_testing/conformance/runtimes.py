"""What every sandbox runtime promises. A plugin's test inherits `RuntimeConformance`.

Runs benign and hostile programs through the plugin's entry point: as whoever runs the tests and,
when that is root, as an ordinary user too. Where the machine cannot isolate, the tests that need it
are skipped with the runtime's own words, and the one that demands its refusal runs.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar

import msgspec
import pytest

from skep_contracts.plugins.manifest import RUNTIMES
from skep_contracts.plugins.runtimes import CodeFault, CodeRequest, RunLimits
from skep_contracts.sandbox_suite import SECTIONS, Case
from skep_testing.conformance.loading import find_entry_point, import_seconds
from skep_testing.conformance.runtime_kit.runtime_process import RuntimeProcess, wait_until_gone
from skep_testing.conformance.runtime_kit.surroundings import surroundings

T = TypeVar("T")

MAX_IMPORT_S: Final = 0.020
ORDINARY_UID: Final = 65_532
_IDENTITIES: Final = ("self", "ordinary_user") if os.geteuid() == 0 else ("self",)
_SLEEP: Final = "import time\ndef main(s):\n    time.sleep(s)\n    return {'slept': s}\n"
_STILL_S: Final = 1.0
"""So long may a container take to start: what has not changed meanwhile has settled."""
_SETTLE_S: Final = 20.0
_LONG: Final = RunLimits(wall_s=60.0, cpu_s=60.0)


def _cases() -> list[Any]:
    return [
        pytest.param(section, case, id=f"{case.language}-{section.replace(' ', '_')}-{case.name}")
        for section, cases in SECTIONS.items()
        for case in cases
    ]


def code(text: str, limits: RunLimits = RunLimits(), **inputs: Any) -> CodeRequest:  # noqa: B008  # frozen
    """Return a request to run Python."""
    return CodeRequest(language="python", code=text, inputs=inputs, limits=limits)


class RuntimeConformance:
    """Inherit and fill in the attributes."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.runtimes``."""
    runtime_name: ClassVar[str]
    settings: ClassVar[Mapping[str, Any]] = {}
    """What the operator would set for the plugin."""
    sections_as_ordinary_user: ClassVar[frozenset[str] | None] = None
    """Of the suite, what to try as an ordinary user too when tests are root; everything when None.
    For runtimes in which a daemon runs the code, whoever asks: what runs do to each other and to
    their host is then tried once."""
    sections_tried_elsewhere: ClassVar[frozenset[str]] = frozenset()
    """Of the suite, what is decided by guests that another runtime has too, whose test tries them:
    one program of each is enough."""
    at_once: ClassVar[int] = 60
    """Runs that are asked for at the same time."""
    rounds: ClassVar[int] = 10
    """How often runs of every kind are repeated, to see what they leave."""
    connections: ClassVar[int] = 0
    """To an engine, which its client may open when it needs one more at a time, and then keeps."""

    @pytest.fixture(scope="class", params=_IDENTITIES)
    @classmethod
    def process(cls, request: pytest.FixtureRequest) -> Iterator[RuntimeProcess]:
        """The runtime in a process of its own, started once for all tests of a class."""
        with cls.start(as_ordinary_user=request.param == "ordinary_user") as process:
            yield process

    @pytest.fixture
    def sandbox(self, process: RuntimeProcess) -> RuntimeProcess:
        """The same, where it isolates; elsewhere the test is skipped and says so."""
        if not process.report.usable:
            missing = [g for g in process.report.guarantees if g.required and not g.holds]
            pytest.skip(f"NOT TESTED, no isolation here: {' '.join(g.detail for g in missing)}")
        return process

    @pytest.fixture
    def sandbox_once(self, sandbox: RuntimeProcess) -> RuntimeProcess:
        """The same, for what need not be tried again where who asks makes no difference."""
        self._skip_repetition(is_ordinary_user=sandbox.is_ordinary_user)
        return sandbox

    @pytest.fixture(scope="class")
    @classmethod
    def host(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
        """A file, a listening port and a listening socket of the host."""
        with surroundings(tmp_path_factory.mktemp("host")) as found:
            yield found

    @classmethod
    def start(cls, *, as_ordinary_user: bool = False) -> RuntimeProcess:
        """Return a process that holds the runtime; enter it to start it."""
        uid = ORDINARY_UID if as_ordinary_user else None
        return RuntimeProcess(cls.entry_point, cls.runtime_name, settings=cls.settings, uid=uid)

    @classmethod
    def processes_of(cls, process: RuntimeProcess) -> set[int]:
        """Return every process that runs for this runtime; for those that are not its children."""
        return process.descendants()

    @classmethod
    def mounts_of(cls, process: RuntimeProcess) -> set[str]:
        """Return what is mounted where the runtime is; for those that know whose it is."""
        return set(Path(f"/proc/{process.process.pid}/mounts").read_text().splitlines())

    @classmethod
    def _skip_repetition(cls, *, is_ordinary_user: bool) -> None:
        if is_ordinary_user and cls.sections_as_ordinary_user is not None:
            pytest.skip("tried as another user: who asks makes no difference to it")

    def test_import_is_cheap(self) -> None:
        """Services start quickly, whatever runtimes are installed."""
        module = find_entry_point(RUNTIMES, self.entry_point).module

        seconds = import_seconds(
            module, known="skep_contracts.plugins.manifest, skep_contracts.plugins.runtimes"
        )

        assert seconds < MAX_IMPORT_S

    def test_report_is_complete(self, process: RuntimeProcess) -> None:
        """People decide by it whether to offer code nodes to strangers."""
        report = process.report

        assert report.runtime == self.runtime_name
        assert report.guarantees
        assert len({g.name for g in report.guarantees}) == len(report.guarantees)
        assert all(g.detail.strip() for g in report.guarantees)

    def test_nothing_runs_without_isolation(self, process: RuntimeProcess) -> None:
        """A runtime that cannot isolate refuses, and says what is missing."""
        answer = process.wait(process.submit(code("def main():\n    return {}\n")))

        if process.report.usable:
            assert answer.result is not None
        else:
            assert answer.problem is not None
            assert answer.problem.status == 503
            assert len(answer.problem.detail) > 40

    @pytest.mark.parametrize(("section", "case"), _cases())
    def test_program_comes_to_what_it_must(
        self, sandbox: RuntimeProcess, host: dict[str, Any], *, section: str, case: Case
    ) -> None:
        """Friendly programs work, mistakes are explained, and nothing hostile gets anywhere."""
        if section not in (self.sections_as_ordinary_user or ()):
            self._skip_repetition(is_ordinary_user=sandbox.is_ordinary_user)
        if section in self.sections_tried_elsewhere and case is not SECTIONS[section][0]:
            pytest.skip("tried with another runtime that has the same guests")
        if not case.applies(sandbox.report):
            pytest.skip(f"NOT TESTED: {sandbox.report.runtime} does not promise it here")
        if complaint := case.complaint(sandbox.run(case.request(host))):
            pytest.fail(complaint, pytrace=False)

    @pytest.mark.parametrize(
        ("change", "word"),
        [({"language": "cobol"}, "cobol"), ({"environment": "no-such"}, "no-such")],
    )
    def test_what_is_not_supported_is_said(
        self, sandbox: RuntimeProcess, change: dict[str, str], word: str
    ) -> None:
        """Another language or an unknown environment is a fault that names it."""
        request = msgspec.structs.replace(code("def main():\n    return {}\n"), **change)

        result = sandbox.run(request)

        assert result.fault is CodeFault.UNSUPPORTED
        assert word in result.message

    def test_runs_leave_nothing_for_the_next(self, sandbox_once: RuntimeProcess) -> None:
        """A file, a module's attribute, a patched builtin: all gone."""
        text = (
            "import builtins, json, os, random\n"
            "def main():\n"
            "    left = os.listdir('/tmp') + [n for n in ('mark',) if hasattr(json, n)]\n"
            "    left += [n for n in ('mark',) if hasattr(builtins, n)] + list(os.environ)\n"
            "    json.mark = builtins.mark = 1\n"
            "    open('/tmp/mark', 'w').close()\n"
            "    os.environ['MARK'] = '1'\n"
            "    return {'left': left, 'random': random.random(), 'urandom': os.urandom(8).hex()}\n"
        )

        results = [sandbox_once.run(code(text)).result or {} for _ in range(8)]

        assert [r["left"] for r in results] == [[]] * 8
        assert len({r["random"] for r in results}) == 8
        assert len({r["urandom"] for r in results}) == 8

    def test_runs_side_by_side_do_not_meet(self, sandbox_once: RuntimeProcess) -> None:
        """Neither files nor signals nor shared memory reach a sibling."""
        aggressor = (
            "import ctypes, os, time\n"
            "def main():\n"
            "    open('/tmp/meeting', 'w').close()\n"
            "    seen, libc = [], ctypes.CDLL(None)\n"
            "    for _ in range(20):\n"
            "        for pid in {-1, *range(1, 400)} - {os.getpid()}:\n"
            "            try:\n"
            "                os.kill(pid, 9)\n"
            "                seen.append(pid)\n"
            "            except OSError:\n"
            "                pass\n"
            "        time.sleep(0.01)\n"
            "    return {'seen': seen, 'files': os.listdir('/tmp')}\n"
        )

        victims = [sandbox_once.submit(code(_SLEEP, s=0.6)) for _ in range(2)]
        aggressors = [sandbox_once.submit(code(aggressor)) for _ in range(2)]

        for number in aggressors:
            answer = sandbox_once.wait(number)
            assert answer.result is not None
            assert answer.result.result == {"seen": [], "files": ["meeting"]}
        for number in victims:
            answer = sandbox_once.wait(number)
            assert answer.result is not None
            assert answer.result.result == {"slept": 0.6}

    def test_many_at_once_all_come_back(self, sandbox_once: RuntimeProcess) -> None:
        """Each gets its own answer."""
        numbers = [
            sandbox_once.submit(code("def main(n):\n    print(n)\n    return {'n': n}\n", n=n))
            for n in range(self.at_once)
        ]

        for n, number in enumerate(numbers):
            result = sandbox_once.wait(number).result
            assert result is not None
            assert (result.result, result.stdout) == ({"n": n}, f"{n}\n")

    def test_cancelled_run_is_killed(self, sandbox_once: RuntimeProcess) -> None:
        """Nobody waits, so nothing runs on."""
        sandbox_once.run(code("def main():\n    return {}\n"))
        before = time.monotonic()
        number = sandbox_once.submit(code(_SLEEP, _LONG, s=50))
        time.sleep(0.2)

        sandbox_once.cancel(number)

        assert sandbox_once.wait(number, 30).cancelled
        assert time.monotonic() - before < 30
        assert sandbox_once.run(code("def main():\n    return {'a': 1}\n")).result == {"a": 1}

    def test_runs_leak_neither_processes_nor_descriptors(
        self, sandbox_once: RuntimeProcess
    ) -> None:
        """After many runs, good and bad, all is as it was."""
        mixed = [
            code("def main():\n    return {}\n"),
            code("import os\nos._exit(1)\n"),
            code("def main():\n    while True: pass\n", RunLimits(wall_s=0.1)),
            code("def main():\n    print('x' * 200_000)\n"),
        ]
        _run_all(sandbox_once, mixed * 2)
        before = _settled(sandbox_once)
        before["descriptors"] += self.connections

        _run_all(sandbox_once, mixed * self.rounds)

        assert _left(lambda: _beyond(_counts(sandbox_once), before)) == {}

    def test_stopped_runtime_leaves_nothing(self) -> None:
        """Stopping kills what runs, and everything else."""
        with self._usable() as process:
            mounts = self.mounts_of(process)
            number = process.submit(code(_SLEEP, _LONG, s=50))
            time.sleep(0.3)
            before = self.processes_of(process)
            assert before

            process.stop_runtime()

            answer = process.wait(number, 30)
            assert answer.problem is not None
            assert answer.problem.status == 503
            assert wait_until_gone(before, _SETTLE_S) == set()
            assert _left(lambda: self.mounts_of(process) - mounts) == set()
            refused = process.wait(process.submit(code("def main():\n    return {}\n")))
            assert refused.problem is not None

    @pytest.mark.parametrize("identity", _IDENTITIES)
    def test_killed_host_leaves_no_process(self, identity: str) -> None:
        """The service may be killed at any moment: the sandbox dies with it."""
        self._skip_repetition(is_ordinary_user=identity == "ordinary_user")
        with self._usable(as_ordinary_user=identity == "ordinary_user") as process:
            for _ in range(3):
                process.submit(code("def main():\n    while True: pass\n", _LONG))
            time.sleep(0.3)
            before = self.processes_of(process)
            assert before

            process.kill()

            assert wait_until_gone(before, _SETTLE_S) == set()

    def test_temporary_folder_of_the_host_stays_empty(self, sandbox_once: RuntimeProcess) -> None:
        """What a program writes is in memory, and of its own."""
        text = "def main():\n    open('/tmp/skep-conformance-left', 'w').close()\n    return {}\n"

        sandbox_once.run(code(text))

        assert not Path("/tmp/skep-conformance-left").exists()  # noqa: S108  # the host's

    def test_flood_does_not_starve_others(self, sandbox_once: RuntimeProcess) -> None:
        """While one prints without end, others get their answers."""
        flood = code(
            "def main():\n    while True:\n        print('x' * 60_000)\n", RunLimits(wall_s=2)
        )
        numbers = [sandbox_once.submit(flood) for _ in range(2)]

        result = sandbox_once.run(code("def main():\n    return {'a': 1}\n"))

        assert result.result == {"a": 1}
        assert result.elapsed_s < 2
        for number in numbers:
            assert sandbox_once.wait(number).result is not None

    @contextlib.contextmanager
    def _usable(self, *, as_ordinary_user: bool = False) -> Iterator[RuntimeProcess]:
        with self.start(as_ordinary_user=as_ordinary_user) as process:
            if not process.report.usable:
                pytest.skip("NOT TESTED, no isolation here; another test tells why")
            yield process


def _run_all(process: RuntimeProcess, requests: list[CodeRequest]) -> None:
    """Run them side by side."""
    for number in [process.submit(request) for request in requests]:
        process.wait(number)


def _counts(process: RuntimeProcess) -> dict[str, int]:
    return {"processes": len(process.descendants()), "descriptors": process.descriptors()}


def _settled(process: RuntimeProcess) -> dict[str, int]:
    """Count processes and descriptors, once neither has changed for a while."""
    deadline = time.monotonic() + _SETTLE_S
    counts, since = _counts(process), time.monotonic()
    while time.monotonic() < min(deadline, since + _STILL_S):
        time.sleep(0.05)
        if (now := _counts(process)) != counts:
            counts, since = now, time.monotonic()
    return counts


def _beyond(counts: dict[str, int], most: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count > most[name]}


def _left(find: Callable[[], T]) -> T:
    """Wait until nothing is found; return what is when that takes too long."""
    deadline = time.monotonic() + _SETTLE_S
    while (found := find()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found
