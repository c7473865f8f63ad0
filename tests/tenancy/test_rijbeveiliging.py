# SPDX-License-Identifier: EUPL-1.2
"""The database alone keeps tenants apart: asked for everything, it shows what is one's own."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg
import pytest

from app.db.binding import BIND, NOBODY, Binding
from app.db.rechten import RECHTEN, ROLE, SEARCH_PATH
from app.db.tables import metadata
from tests.tenancy.conftest import ANDER, EEN
from tests.tenancy.verhaal import Hoofdrollen

SHARED = {
    "the catalogue and its prices": (
        *("gemeente", "profiel", "tarieflijst", "tarief", "tarief_opbouw", "kostprijsberekening"),
        *("indexering", "consultatie", "gemeentebesluit", "woonplaatsinstelling"),
        *("zelfredzaamheidsinstrument", "intensiteitstabel", "intensiteitstabel_versie"),
        "intensiteitstabel_profiel",
    ),
    "the names of the keys in use": ("sleutel",),
    "who helps where, and under which contract": (
        *("aanbieder", "aanbieder_gemeente", "wachttijd", "kwaliteitscijfer", "kwaliteitseis"),
        *("raamovereenkomst", "raamovereenkomst_gebeurtenis", "raamovereenkomst_dekking"),
        "raamovereenkomst_onderaannemer",
    ),
}
"""What everybody may read: these tables have no policy. Any other table needs one."""

EXEMPT = {table for tables in SHARED.values() for table in tables}
BY_VIEW = {"declaratieregel"}
"""Written by COPY, which knows no policies; read through the view of the same name."""
TENANTS = sorted(set(metadata.tables) - EXEMPT)
GUARDED = sorted(set(TENANTS) - BY_VIEW)
OF_THE_SEALER = {"te_verzegelen"}
FOR_THE_REGION = {"taakopdracht", "taakdeel", "taakomvang", "taaktermijn", "taakboeking"}

APPEND_ONLY = (
    *("boeking", "herverdeling", "herverdeling_regel", "zegel", "betaling", "verrekenbetaling"),
    *("tarief", "omvang_eerder", "intensiteitsadvies", "toewijzing_gebeurtenis", "afsluiting"),
    *("logregel", "declaratieregel", "kostensom", "kostendeel", "herziening"),
)

GUARDS = {"regel_verwijst", "onveranderlijk"}
"""Triggers that come before the policy, or stand in for it."""

ROWS = "SELECT ctid::text FROM {}"
ROWS_OF = {
    # a view shows no place of a row
    "declaratieregel": "SELECT (declaratie_id, regelnummer)::text FROM {}",
    # where an aanbieder is paid every gemeente may know
    "bankrekening": "SELECT ctid::text FROM {} WHERE gemeente IS NOT NULL",
}


@asynccontextmanager
async def bound(url: str, *bindings: Binding) -> AsyncIterator[list[asyncpg.Connection]]:
    """Connections in the role of the service, each bound; all they do is taken back."""
    settings = {"role": ROLE, "search_path": SEARCH_PATH}
    connections = [await asyncpg.connect(url, server_settings=settings) for _ in bindings]
    try:
        for db, binding in zip(connections, bindings, strict=True):
            await db.execute(BIND, *binding.settings())
        yield connections
    finally:
        for db in connections:
            await db.close()


def tenants(wie: Hoofdrollen) -> list[Binding]:
    """All who are in a story."""
    return [
        *(
            Binding(gemeente=code, rol="toegang", beller=f"toegang {code}")
            for code in (wie.gemeente, wie.buur)
        ),
        Binding(aanbieder=wie.agb, rol="aanbieder", beller=f"aanbieder {wie.agb}"),
    ]


async def seen(url: str, table: str, bindings: Sequence[Binding]) -> set[str]:
    """Which rows they see together, when they ask for all there are."""
    found: set[str] = set()
    query = ROWS_OF.get(table, ROWS)
    async with bound(url, *bindings) as connections:
        for db in connections:
            found |= {row[0] for row in await db.fetch(query.format(table))}
    return found


def test_every_table_is_either_shared_or_guarded() -> None:
    assert set(RECHTEN) == set(metadata.tables) | {"alembic_version"}
    assert set(metadata.tables) >= EXEMPT


async def test_the_guarded_tables_are_those_of_tenants(database_url: str) -> None:
    db = await asyncpg.connect(database_url)
    guarded = await db.fetch(
        "SELECT relname FROM pg_class"
        " WHERE relrowsecurity AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    assert [row[0] for row in guarded] == GUARDED
    tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {row[0] for row in tables} == set(metadata.tables) | {"alembic_version"}
    await db.close()


@pytest.mark.parametrize("table", TENANTS)
async def test_asked_for_everything_each_sees_its_own(told: str, table: str) -> None:
    if table in OF_THE_SEALER:
        assert await seen(told, table, tenants(EEN) + tenants(ANDER)) == set()
        assert await seen(told, table, [Binding(rol="verzegelaar")])
        return
    ours = await seen(told, table, tenants(EEN))
    theirs = await seen(told, table, tenants(ANDER))
    assert ours
    assert theirs
    assert not ours & theirs


@pytest.mark.parametrize("table", TENANTS)
async def test_unbound_or_a_stranger_sees_nothing(told: str, table: str) -> None:
    strangers = [
        NOBODY,
        Binding(gemeente="0175", rol="toegang", beller="toegang 0175"),
        Binding(aanbieder="99000009", rol="aanbieder", beller="aanbieder 99000009"),
        Binding(gemeente="", aanbieder="", rol="aanbieder", afwikkeling=""),
    ]
    assert await seen(told, table, strangers) == set()


@pytest.mark.parametrize("table", TENANTS)
async def test_whoever_changes_or_deletes_everything_touches_its_own(told: str, table: str) -> None:
    ours = await seen(told, table, tenants(EEN))
    column = await _a_column(told, table)
    async with bound(told, *tenants(EEN), NOBODY) as connections:
        for db in connections:
            for statement in (
                f"UPDATE public.{table} SET {column} = {column} RETURNING ctid::text",
                f"DELETE FROM public.{table} RETURNING ctid::text",
            ):
                touched = await _touched(db, statement)
                assert touched <= len(ours), statement


async def _a_column(url: str, table: str) -> str:
    """One that no generated value stands in, and the service may change if any."""
    if table == "betaalspecificatie":
        return "opdracht_id"
    generated = {c.name for c in metadata.tables[table].columns if c.identity is not None}
    return next(c.name for c in metadata.tables[table].columns if c.name not in generated)


async def _touched(db: asyncpg.Connection, statement: str) -> int:
    """How many rows it reached; none where it was refused."""
    transaction = db.transaction()
    await transaction.start()
    try:
        return len(await db.fetch(statement))
    except (asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError):
        return 0
    finally:
        await transaction.rollback()


@pytest.mark.parametrize("table", TENANTS)
async def test_nobody_writes_a_row_of_another(told: str, table: str) -> None:
    row = await _a_row_of_another(told, table)
    insert = (
        f"INSERT INTO public.{table} OVERRIDING SYSTEM VALUE"
        f" SELECT * FROM jsonb_populate_record(NULL::public.{table}, $1::jsonb)"
    )
    async with bound(told, *tenants(EEN), NOBODY) as connections:
        for db in connections:
            with pytest.raises(
                (asyncpg.InsufficientPrivilegeError, asyncpg.IntegrityConstraintViolationError)
            ) as refused:
                await db.execute(insert, row)
            if not isinstance(refused.value, asyncpg.InsufficientPrivilegeError):
                assert refused.value.constraint_name in GUARDS


async def _a_row_of_another(url: str, table: str) -> str:
    owner = await asyncpg.connect(url)
    if table in BY_VIEW:  # a new one of its declaratie: what guards it comes after the key
        query = (
            f"SELECT to_jsonb(t) || '{{\"regelnummer\": 999}}' FROM {table} t WHERE aanbieder = $1"
        )
        row = await owner.fetchval(query, ANDER.agb)
    else:
        mine = list(await seen(url, table, tenants(EEN)))
        query = f"SELECT to_jsonb(t) FROM {table} t WHERE ctid::text <> ALL ($1) ORDER BY ctid DESC"
        row = await owner.fetchval(query, mine)
    await owner.close()
    assert isinstance(row, str)
    return row


async def test_the_role_of_the_service_owns_nothing_and_is_bound(told: str) -> None:
    db = await asyncpg.connect(told)
    role = await db.fetchrow(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication"
        " FROM pg_roles WHERE rolname = $1",
        ROLE,
    )
    assert role is not None
    assert not any(role.values())
    owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = to_regrole($1) AND deptype = 'o'"
    assert await db.fetchval(owned, ROLE) == 0
    member = "SELECT count(*) FROM pg_auth_members WHERE member = to_regrole($1)"
    assert await db.fetchval(member, ROLE) == 0
    await db.close()


async def test_whoever_logs_in_as_the_service_cannot_become_the_owner(told: str) -> None:
    db = await asyncpg.connect(told.replace("postgres@", f"{ROLE}@"))
    for statement in (
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER TABLE boeking DISABLE ROW LEVEL SECURITY",
        "DROP POLICY eigen ON boeking",
        f"ALTER ROLE {ROLE} BYPASSRLS",
        "CREATE TABLE public.eigen (id integer)",
        "CREATE FUNCTION zicht.eigen() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(statement)
    await db.execute("SET row_security = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.fetch("SELECT * FROM boeking")
    await db.close()


@pytest.mark.parametrize("table", APPEND_ONLY)
async def test_the_service_can_only_add_to_what_is_append_only(told: str, table: str) -> None:
    db = await asyncpg.connect(told)
    for privilege in ("UPDATE", "DELETE", "TRUNCATE"):
        query = (
            "SELECT has_table_privilege($1, $2::text, $3) OR has_any_column_privilege($1, $2, $4)"
        )
        held = await db.fetchval(
            query,
            ROLE,
            f"public.{table}",
            privilege,
            "UPDATE" if privilege == "UPDATE" else "REFERENCES",
        )
        assert not held, privilege
    await db.close()


VIEWS = {
    "gedragen": True,
    "eigen_taak": True,
    "prijs_van_toewijzing": True,
    "einde_van_toewijzing": True,
    "kosten_van_boeking": True,
    "kosten_van_toewijzing": False,
}
"""Each view with the rights of the owner, and whether tenants see their own in it."""
FOR_THE_SERVICE = {"stand_van_afwikkeling", "verzegeld_bsn"}
"""What the service itself has to know, for nobody in particular."""
SHOWN_TO_REGION = {"kosten_van_toewijzing", "kosten_van_boeking"}


async def test_the_views_of_the_owner_show_no_more_than_the_policies(told: str) -> None:
    for view, own in VIEWS.items():
        query = f"SELECT count(*) FROM zicht.{view}"
        async with bound(told, NOBODY, Binding(rol="regio"), *tenants(EEN)) as connections:
            counts = [await db.fetchval(query) for db in connections]
        assert counts[0] == 0
        assert bool(counts[1]) is (view in SHOWN_TO_REGION)
        assert any(counts[2:]) is own
    db = await asyncpg.connect(told)
    found = await db.fetch("SELECT viewname FROM pg_views WHERE schemaname = 'zicht'")
    assert {row[0] for row in found} == VIEWS.keys() | BY_VIEW | FOR_THE_SERVICE
    await db.close()
