# SPDX-License-Identifier: EUPL-1.2
"""The commands of whoever keeps the service running, as processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

NOABER = Path(sys.executable).with_name("noaber")


def noaber(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NOABER, *arguments],
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def own(url: str) -> dict[str, str]:
    """The settings for a server of one's own."""
    return {"NOABER_DATABASE_URL": url, "NOABER_LOKALE_UITGEVER": "1"}
