"""`python -m skep_sandbox`: the service; with an order of an operator, that order instead."""

import sys

from skep_runtime.lifecycle import run
from skep_runtime.settings import load_or_exit
from skep_sandbox.app import serve
from skep_sandbox.operator.orders import carry_out
from skep_sandbox.settings import SandboxSettings

if __name__ == "__main__":
    settings = load_or_exit(SandboxSettings, service="sandbox")
    if sys.argv[1:]:
        sys.exit(carry_out(sys.argv[1:], settings))
    sys.exit(
        run(lambda stop: serve(settings, stop), service="sandbox", telemetry=settings.telemetry)
    )
