# SPDX-License-Identifier: EUPL-1.2
"""The keys in use, and what a row says of the key that its BSN is found and sealed by."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, LargeBinary, Table, Text, text
from sqlalchemy.sql.functions import func

from app.db.tables.kolommen import metadata

sleutel = Table(
    "sleutel",
    metadata,
    Column("kenmerk", Text, primary_key=True),
    Column(
        "sinds",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    comment="the keys in use, by what tells them apart; never the keys",
)

BSN_SHARED = text("coalesce(bsn_hash_oud, bsn_hash)")
"""The hash that rows of one BSN share while they go over to another key."""


def bsn_key_columns() -> list[Any]:
    """Beside `bsn_hash` and `bsn_versleuteld`."""
    return [
        Column(
            "bsn_sleutel",
            Text,
            ForeignKey(sleutel.c.kenmerk),
            comment="the key of the hash and the seal",
        ),
        Column(
            "bsn_hash_oud",
            LargeBinary,
            comment="as it was found by the key before, while that is in use",
        ),
        CheckConstraint(
            "CASE WHEN bsn_hash IS NULL THEN num_nonnulls(bsn_sleutel, bsn_hash_oud) = 0"
            " ELSE bsn_sleutel IS NOT NULL END",
            name="bsn_sleutel",
        ),
    ]
