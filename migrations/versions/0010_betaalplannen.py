# SPDX-License-Identifier: EUPL-1.2
"""Payment plans as data: shares per mijlpaal, broken months, weeks, one piece; why a variant."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NEW_COLUMNS = ("betaalplan", "aandeel_start", "aandeel_voortgang", "aandeel_resultaat")
NOT_RECORDED = "Niet vastgelegd toen dit profiel werd ingevoerd."

CHECKS = {
    "bekostiging_reden": "bekostiging = 'outputgericht' OR bekostiging_reden IS NOT NULL",
    "betaalplan": "betaalplan IN ('mijlpalen', 'einde', 'maandelijks', 'wekelijks')",
    "aandelen": (
        "coalesce(aandeel_start, 0) + coalesce(aandeel_voortgang, 0)"
        " + coalesce(aandeel_resultaat, 0) = CASE WHEN betaalplan = 'mijlpalen' THEN 1 ELSE 0 END"
        " AND least(aandeel_start, aandeel_voortgang, aandeel_resultaat, 0) = 0"
        " AND (betaalplan = 'mijlpalen'"
        " OR num_nonnulls(aandeel_start, aandeel_voortgang, aandeel_resultaat) = 0)"
    ),
    "gebroken_maand": "gebroken_maand IN ('naar_dagen', 'eerste_niet_laatste_heel')",
    "maandelijks": "(gebroken_maand IS NOT NULL) = (betaalplan = 'maandelijks')",
}


def upgrade() -> None:
    op.add_column(
        "profiel",
        sa.Column("bekostiging_reden", sa.Text(), comment="why this variant; null: the usual one"),
    )
    op.add_column("profiel", sa.Column("betaalplan", sa.Text()))
    op.add_column(
        "profiel",
        sa.Column("aandeel_start", sa.Numeric(), comment="of the price; null: no such termijn"),
    )
    op.add_column("profiel", sa.Column("aandeel_voortgang", sa.Numeric()))
    op.add_column("profiel", sa.Column("aandeel_resultaat", sa.Numeric()))
    op.add_column("profiel", sa.Column("gebroken_maand", sa.Text()))
    op.execute(f"""
        UPDATE profiel
        SET bekostiging_reden = CASE WHEN bekostiging <> 'outputgericht' THEN '{NOT_RECORDED}' END,
            betaalplan = CASE WHEN startaandeel IS NULL THEN 'maandelijks' ELSE 'mijlpalen' END,
            aandeel_start = startaandeel,
            aandeel_resultaat = 1 - startaandeel,
            gebroken_maand = CASE WHEN startaandeel IS NULL THEN 'naar_dagen' END
    """)
    op.alter_column("profiel", "betaalplan", nullable=False)
    op.drop_column("profiel", "startaandeel")
    for name, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_profiel_{name}"), "profiel", condition)


def downgrade() -> None:
    """A plan that only the newer schema knows becomes the nearest that the older one does."""
    op.add_column(
        "profiel",
        sa.Column(
            "startaandeel", sa.Numeric(), comment="of a plan with mijlpalen; null: maandelijks"
        ),
    )
    op.execute("""
        UPDATE profiel
        SET startaandeel = CASE betaalplan WHEN 'mijlpalen' THEN coalesce(aandeel_start, 0)
                                           WHEN 'einde' THEN 0 END
    """)
    op.create_check_constraint(
        op.f("ck_profiel_startaandeel"), "profiel", "startaandeel BETWEEN 0 AND 1"
    )
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_profiel_{name}"), "profiel")
    for column in (*NEW_COLUMNS, "gebroken_maand", "bekostiging_reden"):
        op.drop_column("profiel", column)
