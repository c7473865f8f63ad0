# SPDX-License-Identifier: EUPL-1.2
"""Residence by law: tiles per wet, what was known when, and codes on the dates on which they held.

Tiles of before hold for both laws. The codes are those that ended from 2021 on (CBS, gemeentelijke
indeling): help of longer ago is no longer declared.
"""

import csv
from datetime import date
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

VERVALLEN = Path(__file__).parents[1] / "gemeenten_vervallen.csv"
BEGUN = {
    "1979": date(2021, 1, 1),
    "1980": date(2022, 1, 1),
    "1982": date(2022, 1, 1),
    "1991": date(2022, 1, 1),
    "1992": date(2023, 1, 1),
}
APPEND_ONLY = ("woonopgave", "woonplaatsinstelling")


def upgrade() -> None:
    _date_the_codes()
    op.add_column("woonplaats", sa.Column("wet", sa.Text(), server_default="beide", nullable=False))
    op.create_check_constraint(
        op.f("ck_woonplaats_wet"), "woonplaats", "wet IN ('beide', 'jeugdwet', 'wmo')"
    )
    _key_woonplaats("inwoner_id", "vanaf", "wet")
    op.create_table_comment(
        "woonplaats", "the rows of one inwoner for one wet lie end to end and cover every day"
    )
    _keep_what_was_known()
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER tr_{table}_onveranderlijk BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} FOR EACH STATEMENT EXECUTE FUNCTION weiger_wijziging()"
        )


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.drop_table(table)
    op.execute("DELETE FROM woonplaats WHERE wet = 'wmo'")
    _key_woonplaats("inwoner_id", "vanaf")
    op.drop_column("woonplaats", "wet")
    op.create_table_comment(
        "woonplaats", "the rows of one inwoner lie end to end and cover every day"
    )
    # The codes stay: other rows point at them.
    op.drop_constraint(op.f("ck_gemeente_geldigheid"), "gemeente", type_="check")
    op.drop_constraint(op.f("fk_gemeente_opvolger"), "gemeente", type_="foreignkey")
    for name in ("opvolger", "geldig_tot_en_met", "geldig_vanaf"):
        op.drop_column("gemeente", name)


def _key_woonplaats(*columns: str) -> None:
    op.drop_constraint(op.f("pk_woonplaats"), "woonplaats", type_="primary")
    op.create_primary_key(op.f("pk_woonplaats"), "woonplaats", list(columns))


def _date_the_codes() -> None:
    op.add_column(
        "gemeente",
        sa.Column("geldig_vanaf", sa.Date(), nullable=True, comment="null: long since"),
    )
    op.add_column(
        "gemeente",
        sa.Column("geldig_tot_en_met", sa.Date(), nullable=True, comment="null: still"),
    )
    op.add_column(
        "gemeente",
        sa.Column("opvolger", sa.Text(), nullable=True, comment="null: none, or several"),
    )
    op.create_foreign_key(
        op.f("fk_gemeente_opvolger"), "gemeente", "gemeente", ["opvolger"], ["code"]
    )
    op.create_check_constraint(
        op.f("ck_gemeente_geldigheid"),
        "gemeente",
        "geldig_vanaf <= geldig_tot_en_met"
        " AND (opvolger IS NULL OR geldig_tot_en_met IS NOT NULL AND opvolger <> code)",
    )
    gemeente = sa.table(
        "gemeente",
        sa.column("code", sa.Text),
        sa.column("naam", sa.Text),
        sa.column("samen14", sa.Boolean),
        sa.column("geldig_vanaf", sa.Date),
        sa.column("geldig_tot_en_met", sa.Date),
        sa.column("opvolger", sa.Text),
    )
    with VERVALLEN.open(encoding="utf-8", newline="") as file:
        ended = postgresql.insert(gemeente).values(
            [
                {
                    "code": row["code"],
                    "naam": row["naam"],
                    "samen14": False,
                    "geldig_tot_en_met": date.fromisoformat(row["tot_en_met"]),
                    "opvolger": row["opvolger"] or None,
                }
                for row in csv.DictReader(file)
            ]
        )
    names = ("geldig_tot_en_met", "opvolger")
    op.execute(
        ended.on_conflict_do_update(
            index_elements=["code"], set_={name: ended.excluded[name] for name in names}
        )
    )
    for code, vanaf in BEGUN.items():
        op.execute(sa.update(gemeente).where(gemeente.c.code == code).values(geldig_vanaf=vanaf))


def _keep_what_was_known() -> None:
    op.create_table(
        "woonopgave",
        sa.Column("inwoner_id", sa.BigInteger(), nullable=False),
        sa.Column("volgnummer", sa.Integer(), nullable=False),
        sa.Column("soort", sa.Text(), nullable=False),
        sa.Column("invoer", postgresql.JSONB(), nullable=False, comment="as it was given"),
        sa.Column(
            "afleiding", postgresql.JSONB(), nullable=True, comment="who is responsible, per wet"
        ),
        sa.Column("geregistreerd_op", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "geregistreerd_door", sa.Text(), nullable=True, comment="null: at the registration"
        ),
        sa.CheckConstraint(
            "soort IN ('woonplaatsen', 'woongeschiedenis')", name=op.f("ck_woonopgave_soort")
        ),
        sa.CheckConstraint(
            "(soort = 'woongeschiedenis') = (afleiding IS NOT NULL)",
            name=op.f("ck_woonopgave_afleiding"),
        ),
        sa.ForeignKeyConstraint(
            ["inwoner_id"], ["inwoner.id"], name=op.f("fk_woonopgave_inwoner_id")
        ),
        sa.PrimaryKeyConstraint("inwoner_id", "volgnummer", name=op.f("pk_woonopgave")),
        comment="append only; what was said of residence, the last one holds",
    )
    op.create_table(
        "woonplaatsinstelling",
        sa.Column("versie", sa.Integer(), nullable=False),
        sa.Column("beschermd_wonen", postgresql.JSONB(), nullable=False),
        sa.Column("centrumgemeenten", postgresql.JSONB(), nullable=False),
        sa.Column(
            "vastgelegd_op",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("vastgelegd_door", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("versie", name=op.f("pk_woonplaatsinstelling")),
        comment="append only; the last versie holds",
    )
