# SPDX-License-Identifier: EUPL-1.2
"""With which key a BSN is sealed and found, so that the key can be changed while the service runs.

What was sealed before has no kenmerk; from here on nothing is sealed without one.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None
lint_exceptions = {
    "adding-foreign-key-constraint": "the column is new and holds nothing yet",
    "require-concurrent-index-creation": "seconds for a million inwoners, and a BSN that comes in "
    "meanwhile waits; made beside the old one, so that no moment is without a guard",
    "require-concurrent-index-deletion": "an index on the open verzoeken alone",
}

TABLES = ("inwoner", "verzoek")
STATEMENTS = (
    """
    CREATE TABLE sleutel (
        kenmerk text CONSTRAINT pk_sleutel PRIMARY KEY,
        sinds timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    "COMMENT ON TABLE sleutel IS 'the keys in use, by what tells them apart; never the keys'",
    *(
        statement
        for table in TABLES
        for statement in (
            f"""
            ALTER TABLE {table}
                ADD COLUMN bsn_sleutel text
                    CONSTRAINT fk_{table}_bsn_sleutel REFERENCES sleutel (kenmerk),
                ADD COLUMN bsn_hash_oud bytea,
                ADD CONSTRAINT ck_{table}_bsn_sleutel
                    CHECK (CASE WHEN bsn_hash IS NULL
                           THEN num_nonnulls(bsn_sleutel, bsn_hash_oud) = 0
                           ELSE bsn_sleutel IS NOT NULL END) NOT VALID
            """,
            f"COMMENT ON COLUMN {table}.bsn_sleutel IS 'the key of the hash and the seal'",
            f"COMMENT ON COLUMN {table}.bsn_hash_oud IS"
            " 'as it was found by the key before, while that is in use'",
        )
    ),
    "CREATE UNIQUE INDEX ux_inwoner_bsn ON inwoner (gemeente, coalesce(bsn_hash_oud, bsn_hash))",
    "CREATE UNIQUE INDEX ux_verzoek_open_bsn"
    " ON verzoek (gemeente, aanbieder, profiel_id, coalesce(bsn_hash_oud, bsn_hash))"
    " WHERE antwoord IS NULL",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    for index in ("ux_inwoner_bsn", "ux_verzoek_open_bsn"):
        op.execute(f"DROP INDEX {index}")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_bsn_sleutel")
        op.execute(f"ALTER TABLE {table} DROP COLUMN bsn_sleutel, DROP COLUMN bsn_hash_oud")
    op.execute("DROP TABLE sleutel")
