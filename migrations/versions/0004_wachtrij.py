# SPDX-License-Identifier: EUPL-1.2
"""What settles large declaraties in the background: a queue, progress, and a way to give up.

The queue is procrastinate's own schema, in a PostgreSQL schema apart. Its functions find their
tables there whatever the search path of who calls them, so that a job can be put in the queue in
the same transaction as the declaratie that it is for.
"""

import asyncpg
import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA_OF_LIBRARY = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The last change of procrastinate's schema that is in here; a test says when there is a newer."""

PIN_FUNCTIONS = """
DO $$
DECLARE
    functie regprocedure;
BEGIN
    FOR functie IN SELECT oid FROM pg_proc WHERE pronamespace = 'wachtrij'::regnamespace LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = wachtrij, pg_temp', functie);
    END LOOP;
END
$$
"""

# Of one aanbieder the next may begin when the one before is over; without a word it would wait
# until a worker happens to look.
WAKE_NEXT = """
CREATE FUNCTION wachtrij.wek_volgende() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(
        'procrastinate_queue_v1#' || OLD.queue_name,
        json_build_object('type', 'job_inserted', 'job_id', OLD.id)::text
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER tr_jobs_wek_volgende AFTER DELETE ON wachtrij.procrastinate_jobs
FOR EACH ROW EXECUTE FUNCTION wachtrij.wek_volgende();
"""


def upgrade() -> None:
    op.add_column(
        "declaratie",
        sa.Column(
            "mislukt_op",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="given up; nothing was booked",
        ),
    )
    op.add_column("declaratie", sa.Column("mislukt_reden", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_declaratie_einde"),
        "declaratie",
        "num_nulls(mislukt_op, mislukt_reden) IN (0, 2)"
        " AND num_nonnulls(afgehandeld_op, mislukt_op) <= 1",
    )
    op.create_index(
        "ix_declaratie_open",
        "declaratie",
        ["aanbieder"],
        postgresql_where=sa.text("afgehandeld_op IS NULL AND mislukt_op IS NULL"),
    )
    op.create_table(
        "voortgang",
        sa.Column("declaratie_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *(
            sa.Column(
                name,
                sa.DateTime(timezone=True),
                server_default=sa.text("now()"),
                nullable=False,
            )
            for name in ("begonnen_op", "bijgewerkt_op")
        ),
        sa.Column("aantal_beoordeeld", sa.Integer(), nullable=False),
        sa.Column("aantal_geboekt", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("declaratie_id", name="pk_voortgang"),
        prefixes=["UNLOGGED"],
        comment="of a declaratie that is being settled now; a crash may empty it",
    )
    _make_queue()


def downgrade() -> None:
    op.execute("DROP SCHEMA wachtrij CASCADE")
    op.drop_table("voortgang")
    op.drop_index("ix_declaratie_open", table_name="declaratie")
    op.drop_constraint(op.f("ck_declaratie_einde"), "declaratie")
    op.drop_column("declaratie", "mislukt_reden")
    op.drop_column("declaratie", "mislukt_op")


def _make_queue() -> None:
    search_path = op.get_bind().scalar(sa.text("SELECT current_setting('search_path')"))
    op.execute("CREATE SCHEMA wachtrij")
    op.execute("SET LOCAL search_path = wachtrij")
    _run_script(SchemaManager.get_schema())
    _run_script(WAKE_NEXT)
    op.execute(PIN_FUNCTIONS)
    op.execute(f"SET LOCAL search_path = {search_path}")


def _run_script(script: str) -> None:
    """Many statements at once, which SQLAlchemy would prepare as one."""

    async def run(connection: asyncpg.Connection) -> None:
        await connection.execute(script)

    driver = op.get_bind().connection.dbapi_connection
    assert driver is not None
    driver.run_async(run)
