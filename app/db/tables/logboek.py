# SPDX-License-Identifier: EUPL-1.2
"""Who saw or changed whose data."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    text,
)
from sqlalchemy.sql.functions import func
from sqlalchemy.types import BigInteger

from app.db.tables.kolommen import column, metadata, one_of

# Without foreign keys: a line also says what happened to what is no longer there.
logregel = Table(
    "logregel",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("trace_id", Text, comment="of the request (W3C); null: before this was kept"),
    column("activiteit", Text),
    column("operatie", Text),
    column("handeling", Text),
    column("rol", Text),
    Column("gemeente", Text),
    Column("aanbieder", Text),
    column("door", Text),
    column("begonnen_op", DateTime(timezone=True)),
    Column(
        "beeindigd_op",
        DateTime(timezone=True),
        nullable=False,
        server_default=func.clock_timestamp(),
    ),
    Column("inwoner_id", BigInteger),
    Column("toewijzing_nummer", Integer),
    Column("verzoek_id", Integer),
    one_of("handeling", "lezen", "schrijven"),
    CheckConstraint("num_nonnulls(inwoner_id, verzoek_id) > 0", name="betrokkene"),
    Index(None, "inwoner_id"),
    Index(None, "verzoek_id", postgresql_where=text("verzoek_id IS NOT NULL")),
    Index(
        "ix_logregel_client",
        "toewijzing_nummer",
        postgresql_where=text("operatie = 'GET /toewijzingen/{nummer}/client'"),
    ),
    comment="append only; who saw or changed whose data, and for what",
)
