"""`python -m skep_ingest`."""

import sys

from skep_ingest.app import serve
from skep_ingest.settings import IngestSettings
from skep_runtime.lifecycle import run
from skep_runtime.settings import load_or_exit

if __name__ == "__main__":
    settings = load_or_exit(IngestSettings, service="ingest")
    sys.exit(
        run(
            lambda stop: serve(settings, stop),
            service="ingest",
            telemetry=settings.telemetry,
        )
    )
