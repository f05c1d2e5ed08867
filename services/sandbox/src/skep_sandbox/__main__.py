"""`python -m skep_sandbox`."""

import sys

from skep_runtime.lifecycle import run
from skep_runtime.settings import load_or_exit
from skep_sandbox.app import serve
from skep_sandbox.settings import SandboxSettings

if __name__ == "__main__":
    settings = load_or_exit(SandboxSettings, service="sandbox")
    sys.exit(
        run(lambda stop: serve(settings, stop), service="sandbox", telemetry=settings.telemetry)
    )
