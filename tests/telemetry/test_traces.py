# SPDX-License-Identifier: EUPL-1.2
import subprocess
import sys

PROGRAM = """
import sys
import app.main
from app.telemetry.traces import sent_to, span
assert not [name for name in sys.modules if name.startswith("opentelemetry.sdk.trace")]
with sent_to(None), span("niets"):
    assert not [name for name in sys.modules if name.startswith("opentelemetry.sdk.trace")]
"""


def test_what_makes_traces_costs_no_memory_until_a_collector_is_configured() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
