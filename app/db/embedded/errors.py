# SPDX-License-Identifier: EUPL-1.2
"""What can keep the embedded server from running."""


class EmbeddedError(Exception):
    """There can be no embedded server here; the text says in Dutch why, and what to do."""
