"""One container for one run: how it is made, and what it must say before it is used."""

import random
import time
from importlib.resources import files
from typing import Any, Final

import msgspec

from skep_contracts.plugins.runtimes import RunLimits
from skep_contracts.problems import Unavailable
from skep_runtime_docker.engine import Engine, Vanished, raw_profile
from skep_runtime_docker.ownership import Owner
from skep_runtime_docker.settings import Settings
from skep_runtime_docker.stream import LostContact, Run, Stream, Traffic

_READY_S: Final = 30.0
_GRACE_S: Final = 5.0
"""Beyond its wall time a run is its keeper's to end; after this much more the container goes."""
_KEEPER_BYTES: Final = 48 * 1024 * 1024
_TMP_INODES: Final = 16_384
_UIDS: Final = range(20_000, 60_000)
_MASKED: Final = (
    *("/proc/acpi", "/proc/asound", "/proc/bus", "/proc/cpuinfo", "/proc/fs", "/proc/irq"),
    *("/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/meminfo"),
    *("/proc/sched_debug", "/proc/scsi", "/proc/sysrq-trigger", "/proc/timer_list"),
    *("/proc/timer_stats", "/proc/version", "/sys", "/dev/mqueue"),
)
_READ_ONLY: Final = ("/proc/sys",)


class Shape(msgspec.Struct, frozen=True):
    """What is fixed when a container is made. Other limits come with the run."""

    memory_bytes: int
    disk_bytes: int
    processes: int

    @classmethod
    def of(cls, limits: RunLimits) -> "Shape":
        """Return the shape that holds `limits`."""
        return cls(limits.memory_bytes, limits.disk_bytes, limits.processes)


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How containers are made here."""

    settings: Settings
    image: str
    """Its id: what the name means may change while the service runs."""
    owner: Owner
    is_under_gvisor: bool


class Container:
    """A container that waits for its one run."""

    def __init__(self, identity: str, stream: Stream, languages: frozenset[str]) -> None:
        self.identity = identity
        self.languages = languages
        self.made_at = time.monotonic()
        self._stream = stream

    def keep(self, run: Run) -> Traffic:
        """Have a run to its end. Blocks.

        Raises:
            LostContact: The container ended before its run had.
            TimeoutError: The keeper did not end it in time.
        """
        began = time.monotonic()
        deadline = began + run.limits.wall_s + _GRACE_S
        self._stream.order(run, deadline)
        return self._stream.follow(run.limits, began, deadline)

    def hang_up(self) -> None:
        """Close the connection, which ends the container; safe from any thread, and to repeat."""
        self._stream.close()


def make(engine: Engine, plan: Plan, shape: Shape) -> Container:
    """Create and start a container and wait until it is ready. Blocks.

    Raises:
        Unavailable: It did not come up; the detail says why.
    """
    try:
        identity = engine.create(plan.image, **_options(plan, shape))
    except Vanished as error:
        raise Unavailable(
            f"The image {plan.settings.image} has gone. Build it: skep sandbox build-image."
        ) from error
    stream = None
    try:
        stream = Stream(engine.attach(identity))
        engine.start(identity)
        languages = stream.languages(time.monotonic() + _READY_S)
    except BaseException as error:
        if stream is not None:
            stream.close()
        engine.remove(identity)
        if isinstance(error, LostContact | TimeoutError | Vanished):
            said = stream.said.decode(errors="replace").strip() if stream else ""
            raise Unavailable(
                f"A container did not start ({said[-300:] or 'it said nothing'}).",
                retry_after_s=1.0,
            ) from error
        raise
    return Container(identity, stream, languages)


def _options(plan: Plan, shape: Shape) -> dict[str, Any]:
    # A user of its own for every container: what the kernel counts by user is not shared.
    uid = random.SystemRandom().choice(_UIDS)
    memory = shape.memory_bytes + shape.disk_bytes + _KEEPER_BYTES
    profile = (files(__package__) / "seccomp.json").read_text(encoding="utf-8")
    return {
        "user": f"{uid}:{uid}",
        "hostname": "sandbox",
        "stdin_open": True,
        "network_disabled": True,
        "labels": plan.owner.labels(),
        "host_config": {
            "NetworkMode": "none",
            "IpcMode": "none",
            "ReadonlyRootfs": True,
            "Tmpfs": {
                "/tmp": f"rw,nosuid,nodev,noexec,mode=0700,uid={uid},gid={uid},"  # noqa: S108  # inside
                f"size={shape.disk_bytes},nr_inodes={_TMP_INODES}"
            },
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges:true", f"seccomp={raw_profile(profile)}"],
            "MaskedPaths": list(_MASKED),
            "ReadonlyPaths": list(_READ_ONLY),
            "PidsLimit": shape.processes + 1,
            "Memory": memory,
            "MemorySwap": memory,
            "NanoCpus": int(plan.settings.processors * 1_000_000_000),
            "Ulimits": [{"Name": "core", "Soft": 0, "Hard": 0}],
            "LogConfig": {"Type": "none"},
            "AutoRemove": True,
            **({"Runtime": "runsc"} if plan.is_under_gvisor else {}),
        },
    }
