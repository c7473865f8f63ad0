# SPDX-License-Identifier: EUPL-1.2
"""Seals over what was settled, chained per aanbieder; and what is decided stays, whoever asks."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ASK = """
    BEGIN
        INSERT INTO te_verzegelen (aanbieder, declaratie_id, ronde)
        VALUES (NEW.aanbieder, NEW.id, 0);
        RETURN NULL;
    END
"""

# Lines that a settled declaratie held, and that came to their end now, are a round of their own.
REMEMBER = """
    BEGIN
        WITH definitief AS ({definitief}),
        rondes AS (
            SELECT declaratie_id,
                   1 + coalesce((SELECT max(ronde) FROM herziening h
                                 WHERE h.declaratie_id = d.declaratie_id), 0) AS ronde
            FROM (SELECT DISTINCT declaratie_id FROM definitief) d
        ),
        onthouden AS (
            INSERT INTO herziening (declaratie_id, regelnummer, ronde)
            SELECT declaratie_id, regelnummer, ronde
            FROM definitief JOIN rondes USING (declaratie_id)
        )
        INSERT INTO te_verzegelen (aanbieder, declaratie_id, ronde)
        SELECT d.aanbieder, d.id, ronde
        FROM rondes JOIN declaratie d ON d.id = declaratie_id
        ORDER BY d.id;
        RETURN NULL;
    END
"""
GRANTED = "SELECT declaratie_id, regelnummer FROM oud WHERE uitkomst = 'aangehouden'"
REFUSED = """
    SELECT declaratie_id, regelnummer
    FROM oud JOIN nieuw USING (declaratie_id, regelnummer)
    WHERE oud.uitkomst = 'aangehouden' AND nieuw.uitkomst = 'afgekeurd'
"""

FUNCTIONS = {
    "vraag_zegel": ASK,
    "onthoud_toegekend": REMEMBER.replace("{definitief}", GRANTED),
    "onthoud_afgekeurd": REMEMBER.replace("{definitief}", REFUSED),
}

TRIGGERS = {
    "tr_declaratie_vraagt_zegel": (
        "declaratie",
        "AFTER UPDATE OF afgehandeld_op ON declaratie FOR EACH ROW"
        " WHEN (OLD.afgehandeld_op IS NULL AND NEW.afgehandeld_op IS NOT NULL)"
        " EXECUTE FUNCTION vraag_zegel()",
    ),
    "tr_declaratie_bevroren": (
        "declaratie",
        "BEFORE UPDATE OF id, aanbieder, declaratienummer, dagtekening, inhoud_hash, ontvangen_op,"
        " afgehandeld_op, aantal_regels, ingediend_centen ON declaratie FOR EACH ROW"
        " WHEN (OLD.afgehandeld_op IS NOT NULL) EXECUTE FUNCTION weiger_wijziging()",
    ),
    "tr_oordeel_alsnog_toegekend": (
        "oordeel",
        "AFTER DELETE ON oordeel REFERENCING OLD TABLE AS oud"
        " FOR EACH STATEMENT EXECUTE FUNCTION onthoud_toegekend()",
    ),
    "tr_oordeel_alsnog_afgekeurd": (
        "oordeel",
        "AFTER UPDATE ON oordeel REFERENCING OLD TABLE AS oud NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION onthoud_afgekeurd()",
    ),
}

APPEND_ONLY = ("zegel", "herziening")
NEVER_EMPTIED = ("oordeel", "tarief", "tarieflijst", "gemeentebesluit", "toewijzing")
"""What stands in these is guarded row by row, and TRUNCATE passes rows by."""


def upgrade() -> None:
    _make_tables()
    for name, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")
    for name, (_, trigger) in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {trigger}")
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )
    for table in NEVER_EMPTIED:
        op.execute(
            f"CREATE TRIGGER tr_{table}_niet_leeg BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )
    op.execute(
        "INSERT INTO te_verzegelen (aanbieder, declaratie_id, ronde)"
        " SELECT aanbieder, id, 0 FROM declaratie WHERE afgehandeld_op IS NOT NULL ORDER BY id"
    )


def downgrade() -> None:
    for table in NEVER_EMPTIED:
        op.execute(f"DROP TRIGGER tr_{table}_niet_leeg ON {table}")
    for name, (table, _) in TRIGGERS.items():
        op.execute(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    for table in ("zegel", "herziening", "te_verzegelen"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "te_verzegelen",
        sa.Column("nummer", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("declaratie_id", sa.BigInteger(), nullable=False),
        sa.Column("ronde", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("nummer", name=op.f("pk_te_verzegelen")),
        comment="what was settled and has no seal yet; the sealer takes it out",
    )
    op.create_table(
        "herziening",
        sa.Column("declaratie_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("regelnummer", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("ronde", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("declaratie_id", "regelnummer", name=op.f("pk_herziening")),
        comment="the lines that were held at first, and in which round they came to their end",
    )
    op.create_table(
        "zegel",
        sa.Column("aanbieder", sa.Text(), nullable=False),
        sa.Column("volgnummer", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("declaratie_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "ronde",
            sa.SmallInteger(),
            nullable=False,
            comment="0: all but what was held, 1, 2, …: what was held and came to its end later",
        ),
        sa.Column("inhoud", sa.LargeBinary(), nullable=False, comment="over the rows"),
        sa.Column("hash", sa.LargeBinary(), nullable=False, comment="over that and the one before"),
        sa.Column("verzegeld_op", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("aanbieder", "volgnummer", name=op.f("pk_zegel")),
        sa.UniqueConstraint("declaratie_id", "ronde", name=op.f("uq_zegel_declaratie_id_ronde")),
        comment="append only; the volgnummers of an aanbieder are a chain",
    )
