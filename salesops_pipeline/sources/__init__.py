"""Source systems: one folder each, with the table contract, a client where the API needs one, and the load."""

import os

# dlt reads these when it is imported, before any configuration in code could reach it: no telemetry, no log lines.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")
os.environ.setdefault("RUNTIME__LOG_LEVEL", "CRITICAL")
