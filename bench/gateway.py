"""What a model call costs when it goes through the gateway, beside no gateway and LiteLLM's proxy.

One model server, one process of clients and one gateway at a time, all in the same run. Skep checks
the key, holds and settles a budget of money and writes its ledger (NATS syncs every message).
LiteLLM, with `--peer`, in an environment of its own, checks its master key alone: its budgets and
its ledger need PostgreSQL.

Requests a second *of a core* are what one second of a gateway's processor time answers; they hardly
depend on what else the machine does. "Stack" counts NATS, which keeps the ledger, to the gateway.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from load import percentile

from skep_testing.ports import free_port
from skep_testing.stack import RunningStack

HERE = Path(__file__).resolve().parent
PIECES = 2_000
_TICKS = os.sysconf("SC_CLK_TCK")
_PATH = "/openai/v1/chat/completions"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Whom clients ask."""

    name: str
    port: int
    path: str = "/v1/chat/completions"
    key: str = "sk-bench"
    model: str = "mock"
    pids: dict[str, int] = {}
    """Processes by name; the first is the gateway."""


def processor_s(pid: int) -> float:
    """Return the processor time of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS


def clients(target: Target, **order: Any) -> tuple[dict[str, Any], dict[str, float]]:
    """Let clients ask; return what they saw, and the processor time of the target's processes."""
    asked = {
        "port": target.port,
        "path": target.path,
        "key": target.key,
        "model": target.model,
        **order,
    }
    before = {name: processor_s(pid) for name, pid in target.pids.items()}
    said = subprocess.run(
        [sys.executable, HERE / "openai_wire" / "clients.py", json.dumps(asked)],
        check=True,
        stdout=subprocess.PIPE,
    )
    spent = {name: processor_s(pid) - before[name] for name, pid in target.pids.items()}
    seen: dict[str, Any] = json.loads(said.stdout)
    if seen["refused"]:
        print(f"{target.name}: {seen['refused']} requests were not answered well")
    return seen, spent


@contextlib.contextmanager
def upstream() -> Iterator[Target]:
    """Start the model server."""
    process = subprocess.Popen(
        [sys.executable, HERE / "openai_wire" / "upstream.py", str(PIECES)], stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield Target(
            name="direct",
            port=int(process.stdout.readline()),
            model="gpt-4o-mini",
            pids={"upstream": process.pid},
        )
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def skep(model: Target) -> Iterator[Target]:
    """Start a stack whose models are those of the model server, with a key under a budget."""
    with RunningStack(options=["--sync", "always", "--log-level", "warning"]) as stack:
        values = {"api_key": "sk-nothing", "base_url": f"http://127.0.0.1:{model.port}/v1"}
        credential = {"provider": "openai", "name": "bench", "values": values}
        stack.request("POST", "/api/v1/credentials", credential)
        made = stack.request("POST", "/api/v1/keys", {"name": "bench", "scopes": ["models:call"]})
        budget = {"name": "bench", "subject": "key", "subject_id": made["id"]}
        stack.request(
            "POST", "/api/v1/budgets", {**budget, "measure": "usd", "limit": 1000, "period": "day"}
        )
        yield Target(
            name="Skep",
            port=stack.port,
            path=_PATH,
            key=made["key"],
            model="openai/gpt-4o-mini",
            pids={name: stack.pid_of(name) for name in ("gateway", "nats")},
        )


@contextlib.contextmanager
def litellm(model: Target, environment: Path) -> Iterator[Target]:
    """Start LiteLLM's proxy with one worker."""
    port = free_port()
    config = str(HERE / "peers" / "litellm.yaml")
    command = [str(environment / "bin" / "litellm"), "--config", config]
    where = f"http://127.0.0.1:{model.port}/v1"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"],
            env={**os.environ, "BENCH_UPSTREAM": where, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_alive(process, f"http://127.0.0.1:{port}/health/liveliness")
            yield Target(name="LiteLLM", port=port, pids={"gateway": process.pid})
        finally:
            process.terminate()
            process.wait()


def _wait_until_alive(process: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError("LiteLLM's proxy ended while it started")
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError("LiteLLM's proxy did not start in two minutes")


def install(folder: Path) -> None:
    """Install LiteLLM's proxy into an environment of its own."""
    uv = subprocess.run(
        [HERE.parent / "scripts" / "find-uv"], check=True, capture_output=True, text=True
    ).stdout.strip()
    subprocess.run([uv, "venv", "-q", "-p", sys.executable, folder], check=True)
    needs = HERE / "peers" / "litellm.txt"
    subprocess.run(
        [uv, "pip", "install", "-q", "-p", folder / "bin" / "python", "-r", needs], check=True
    )


def rate(targets: Sequence[Target], seconds: float, rounds: int) -> None:
    """Print what each adds at 200 requests a second, in turns so that all see the same machine."""
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for target in targets:
            seen, _ = clients(target, mode="rate", rate=200.0, seconds=seconds)
            times = seen["latencies_ms"]
            found.setdefault(target.name, []).append(
                (percentile(times, 0.5), percentile(times, 0.99))
            )
    floor = found[targets[0].name]
    for target in targets:
        pairs = found[target.name]
        p50, p99 = (statistics.median(each) for each in zip(*pairs, strict=True))
        added = [(a[0] - b[0], a[1] - b[1]) for a, b in zip(pairs, floor, strict=True)]
        more50, more99 = (statistics.median(each) for each in zip(*added, strict=True))
        print(
            f"{target.name:<10} 200 rps        p50 {p50:8.2f} ms (+{more50:.2f}), "
            f"p99 {p99:8.2f} ms (+{more99:.2f})",
            flush=True,
        )


def busy(target: Target, seconds: float, mode: str, number: int) -> None:
    """Print what 32 clients, or some streams, get through in a second, and in one of a core."""
    clients(target, mode=mode, clients=number, seconds=1.0)
    seen, spent = clients(target, mode=mode, clients=number, seconds=seconds)
    done = seen["events"] if mode == "stream" else len(seen["latencies_ms"])
    unit = "chunks" if mode == "stream" else "requests"
    own, every = next(iter(spent.values())), sum(spent.values())
    print(
        f"{target.name:<10} {number:>3} {'streams' if mode == 'stream' else 'clients':<10} "
        f"{done / seen['elapsed_s']:>9,.0f} {unit}/s  {done / max(own, 0.01):>9,.0f} of a core"
        f"  (stack {done / max(every, 0.01):,.0f})",
        flush=True,
    )


def library() -> None:
    """Print what importing the inference library takes."""
    code = (
        "import time; m = lambda: int(open('/proc/self/statm').read().split()[1]);"
        "b = m(); t = time.perf_counter(); import skep_inference;"
        "print(time.perf_counter() - t, m() - b)"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        ).stdout.split()
        for _ in range(5)
    ]
    took_s = min(float(each[0]) for each in said)
    mib = statistics.median(int(each[1]) for each in said) * os.sysconf("SC_PAGE_SIZE") / 2**20
    print(f"import skep_inference: {took_s * 1000:.0f} ms (best of 5), {mib:.0f} MiB more")


def measure(targets: Sequence[Target], options: argparse.Namespace) -> None:
    """Measure everything of these targets."""
    for target in targets:
        clients(target, mode="closed", clients=8, seconds=1.0)
    rate(targets, options.seconds, options.rounds)
    for _ in range(options.rounds):
        for target in targets:
            busy(target, options.seconds, "closed", 32)
        for target in targets:
            busy(target, options.seconds, "stream", 4)


def main() -> int:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peer", action="store_true", help="LiteLLM too; it is installed for it")
    parser.add_argument("--peer-environment", type=Path, help="one that has litellm[proxy] already")
    options = parser.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    library()
    with contextlib.ExitStack() as stack:
        model = stack.enter_context(upstream())
        targets = [model, stack.enter_context(skep(model))]
        if options.peer or options.peer_environment:
            try:
                environment = options.peer_environment
                if environment is None:
                    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="skep-peer-"))
                    environment = Path(folder)
                    install(environment)
                targets.append(stack.enter_context(litellm(model, environment)))
            except (subprocess.CalledProcessError, RuntimeError) as error:
                print(f"LiteLLM: not measured ({error})")
        measure(targets, options)
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
