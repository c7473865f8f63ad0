# SPDX-License-Identifier: EUPL-1.2
"""Noaber: tariffs, allocations and settlement for support needs."""
