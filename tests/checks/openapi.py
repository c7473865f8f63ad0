# SPDX-License-Identifier: EUPL-1.2
"""The committed openapi.yaml says what the code says."""

import subprocess
import sys
from pathlib import Path

COMMITTED = Path("openapi.yaml")


def main() -> None:
    noaber = Path(sys.executable).with_name("noaber")
    made = subprocess.run([noaber, "openapi"], stdout=subprocess.PIPE, check=True).stdout
    if not COMMITTED.exists() or COMMITTED.read_bytes() != made:
        sys.exit("openapi.yaml differs from the code: run `make openapi` and look at the change")


if __name__ == "__main__":
    main()
