# SPDX-License-Identifier: EUPL-1.2
"""What pytest leaves to others: the hooks are of the process that schemathesis runs in."""

collect_ignore = ["hooks.py"]
