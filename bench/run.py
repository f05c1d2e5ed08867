"""Run benches: `python bench/run.py [NAME …]`, all of them without a name."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = (
    "chain",
    "shapes",
    "flows",
    "waiting",
    "workers",
    "startup",
    "sandbox",
    "kill_fuzz",
    "console",
    "knowledge",
    "large",
    "gateway",
)


def main() -> int:
    """Run the named benches one after the other; return 1 when one of them failed."""
    names = sys.argv[1:] or list(NAMES)
    if unknown := [name for name in names if name not in NAMES]:
        print(f"There is no bench {unknown[0]}. There are: {', '.join(NAMES)}.")
        return 2
    failed = False
    for name in names:
        print(f"\n── {name}", flush=True)
        command = [sys.executable, str(HERE / f"{name}.py")]
        # Benches use what integration tests say to a stack.
        environment = {**os.environ, "PYTHONPATH": str(HERE.parent)}
        failed |= bool(subprocess.run(command, env=environment, check=False).returncode)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
