# SPDX-License-Identifier: EUPL-1.2
"""Seal herverdelingen too: what one booked of a declaratie is a round of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

LAST_ROUND = """
    coalesce((SELECT max(ronde)
              FROM (SELECT ronde FROM zegel z WHERE z.declaratie_id = d.id
                    UNION ALL
                    SELECT ronde FROM te_verzegelen t WHERE t.declaratie_id = d.id) rondes), 0)
"""

# Two rounds of one declaratie get their numbers one after the other.
REMEMBER = f"""
    BEGIN
        PERFORM FROM declaratie
        WHERE id IN (SELECT declaratie_id FROM ({{geraakt}}) g)
        ORDER BY id FOR NO KEY UPDATE;
        WITH geraakt AS ({{geraakt}}),
        nieuwe_rondes AS (
            SELECT d.id AS declaratie_id, d.aanbieder, 1 + {LAST_ROUND} AS ronde
            FROM declaratie d
            WHERE d.id IN (SELECT declaratie_id FROM geraakt)
        ),
        gevraagd AS (
            INSERT INTO te_verzegelen (aanbieder, declaratie_id, ronde)
            SELECT aanbieder, declaratie_id, ronde FROM nieuwe_rondes ORDER BY declaratie_id
        )
        {{onthoud}};
        RETURN NULL;
    END
"""
LINES = """
    INSERT INTO herziening (declaratie_id, regelnummer, ronde)
    SELECT declaratie_id, regelnummer, ronde FROM geraakt JOIN nieuwe_rondes USING (declaratie_id)
"""
WHOLE = """
    INSERT INTO herverdeling_ronde (herverdeling_id, declaratie_id, ronde)
    SELECT DISTINCT herverdeling_id, declaratie_id, ronde
    FROM geraakt JOIN nieuwe_rondes USING (declaratie_id)
"""
GRANTED = "SELECT declaratie_id, regelnummer FROM oud WHERE uitkomst = 'aangehouden'"
REFUSED = """
    SELECT declaratie_id, regelnummer
    FROM oud JOIN nieuw USING (declaratie_id, regelnummer)
    WHERE oud.uitkomst = 'aangehouden' AND nieuw.uitkomst = 'afgekeurd'
"""
DIVIDED = """
    SELECT DISTINCT h.herverdeling_id, b.declaratie_id
    FROM {regels} h
    JOIN boeking b ON b.toewijzing_nummer = h.toewijzing_nummer AND b.termijn = h.termijn
                  AND b.beurt = h.beurt AND b.deel = 1
"""

# As they were in 0019.
REMEMBER_BEFORE = """
    BEGIN
        WITH definitief AS ({geraakt}),
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

EARLIER = f"""
    INSERT INTO herverdeling_ronde (herverdeling_id, declaratie_id, ronde)
    SELECT e.herverdeling_id, d.id,
           {LAST_ROUND} + row_number() OVER (PARTITION BY d.id ORDER BY e.herverdeling_id)
    FROM ({DIVIDED.format(regels="herverdeling_regel")}) e
    JOIN declaratie d ON d.id = e.declaratie_id
"""


def upgrade() -> None:
    op.create_table(
        "herverdeling_ronde",
        sa.Column("herverdeling_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("declaratie_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ronde", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "herverdeling_id", "declaratie_id", name=op.f("pk_herverdeling_ronde")
        ),
        comment="which round of a declaratie a herverdeling is",
    )
    op.execute(EARLIER)
    op.execute(
        "INSERT INTO te_verzegelen (aanbieder, declaratie_id, ronde)"
        " SELECT d.aanbieder, r.declaratie_id, r.ronde"
        " FROM herverdeling_ronde r JOIN declaratie d ON d.id = r.declaratie_id"
        " ORDER BY r.herverdeling_id, d.id"
    )
    op.execute(
        "CREATE TRIGGER tr_herverdeling_ronde_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
        " ON herverdeling_ronde FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
    )
    _replace("onthoud_toegekend", REMEMBER, GRANTED, LINES)
    _replace("onthoud_afgekeurd", REMEMBER, REFUSED, LINES)
    _replace("onthoud_herverdeling", REMEMBER, DIVIDED.format(regels="nieuw"), WHOLE)
    op.execute(
        "CREATE TRIGGER tr_herverdeling_regel_vraagt_zegel AFTER INSERT ON herverdeling_regel"
        " REFERENCING NEW TABLE AS nieuw"
        " FOR EACH STATEMENT EXECUTE FUNCTION onthoud_herverdeling()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER tr_herverdeling_regel_vraagt_zegel ON herverdeling_regel")
    op.execute("DROP FUNCTION onthoud_herverdeling()")
    _replace("onthoud_toegekend", REMEMBER_BEFORE, GRANTED, "")
    _replace("onthoud_afgekeurd", REMEMBER_BEFORE, REFUSED, "")
    op.drop_table("herverdeling_ronde")


def _replace(name: str, body: str, geraakt: str, onthoud: str) -> None:
    body = body.replace("{geraakt}", geraakt).replace("{onthoud}", onthoud)
    op.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
    )
