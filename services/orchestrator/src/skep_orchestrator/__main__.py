"""`python -m skep_orchestrator`."""

import sys

from skep_orchestrator.app import serve
from skep_orchestrator.settings import OrchestratorSettings
from skep_runtime.lifecycle import run
from skep_runtime.settings import load_or_exit

if __name__ == "__main__":
    settings = load_or_exit(OrchestratorSettings, service="orchestrator")
    sys.exit(
        run(
            lambda stop: serve(settings, stop),
            service="orchestrator",
            telemetry=settings.telemetry,
        )
    )
