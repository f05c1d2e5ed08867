"""`python -m skep_gateway`."""

import sys

from skep_gateway.app import serve
from skep_gateway.settings import GatewaySettings
from skep_runtime.lifecycle import run
from skep_runtime.settings import load_or_exit

if __name__ == "__main__":
    settings = load_or_exit(GatewaySettings, service="gateway")
    sys.exit(
        run(lambda stop: serve(settings, stop), service="gateway", telemetry=settings.telemetry)
    )
