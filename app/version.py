# SPDX-License-Identifier: EUPL-1.2
"""The version of the service, as installed."""

from importlib.metadata import version

VERSION = version("noaber")
