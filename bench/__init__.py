# SPDX-License-Identifier: EUPL-1.2
"""How fast the service is, beside what the machine can do: `make bench` and `make bench-groei`."""
