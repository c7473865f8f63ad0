# SPDX-License-Identifier: EUPL-1.2
"""The role in which the service works, and what it may do to each table; it owns none.

Migrations run as the owner. When they are done the owner makes the role, if it is not there, and
gives it exactly this. A copy of a database holds no rights: whoever restores gives them again.
"""

ROLE = "noaber_app"

SEARCH_PATH = "zicht, public"
"""What it may not read itself it reads as far as it may, under the same name: a view in `zicht`."""

READ, ADD = "SELECT", "SELECT, INSERT"
CHANGE, REPLACE = f"{ADD}, UPDATE", f"{ADD}, DELETE"
ALL = f"{CHANGE}, DELETE"

_TABLES = {
    # what everybody may know, and what triggers keep
    READ: (
        "alembic_version",
        "gemeente",
        "herverdeling_ronde",
        "herziening",
        "kostendeel",
        "kostensom",
    ),
    # append only
    ADD: (
        "afsluiting",
        "beschikking",
        "betaling",
        "boeking",
        "logregel",
        "gemeentebesluit",
        "herverdeling",
        "herverdeling_regel",
        "indexering",
        "intensiteitsadvies",
        "intensiteitstabel_versie",
        "kostprijsberekening",
        "omvang_eerder",
        "opdrachtdeel",
        "overboeking",
        "planevaluatie",
        "raamovereenkomst_dekking",
        "raamovereenkomst_gebeurtenis",
        "raamovereenkomst_onderaannemer",
        "taakboeking",
        "taakdeel",
        "taakomvang",
        "taakopdracht",
        "taaktermijn",
        "taakverslag",
        "tarief",
        "tarief_opbouw",
        "toetsing",
        "toewijzing_gebeurtenis",
        "verrekenbetaling",
        "woonopgave",
        "woonplaatsinstelling",
        "zegel",
    ),
    # what has a state; where it has come to its end triggers guard it
    CHANGE: (
        "bankrekening",
        "omvang",
        "aanbieder",
        "aanmelding",
        "betaalopdracht",
        "concepttoewijzing",
        "consultatie",
        "declaratie",
        "grootboek",
        "intensiteitstabel",
        "inwoner",
        "kwaliteitseis",
        "plan",
        "planversie",
        "profiel",
        "raamovereenkomst",
        "reactie",
        "tarieflijst",
        "sleutel",
        "termijn",
        "toewijzing",
        "verrekening",
        "verzoek",
        "voortzetting",
        "zelfredzaamheidsinstrument",
    ),
    # what is taken away and written anew
    REPLACE: (
        "aanbieder_gemeente",
        "grootboekrekening",
        "idempotentie",
        "intensiteitstabel_profiel",
        "kwaliteitscijfer",
        "wachttijd",
        "woonplaats",
    ),
    # both
    ALL: (
        "budget",
        "oordeel",
        "planlid",
        "planmoment",
        "voortgang",
    ),
    # written by COPY, and read by the view of the same name in `zicht`
    "INSERT": ("declaratieregel",),
    # of what is kept by triggers: in which order it is paid, and that it was sealed
    f"{READ}, UPDATE (opdracht_id)": ("betaalspecificatie",),
    f"{READ}, DELETE": ("te_verzegelen",),
}
RECHTEN = {table: rights for rights, tables in _TABLES.items() for table in tables}
"""What the service may do to each table."""

CREATE_ROLE = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
        CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        NULL;  -- another database of this server was quicker
    WHEN insufficient_privilege THEN
        RAISE insufficient_privilege USING MESSAGE =
            'De rol {ROLE} is er niet, en deze gebruiker mag haar niet maken. Laat een beheerder '
            'dit doen: CREATE ROLE {ROLE} LOGIN; GRANT {ROLE} TO de eigenaar van de database.';
END $$
"""

# Whoever made the role may take it, once it gives itself that.
JOIN_ROLE = f"""
DO $$ BEGIN
    IF NOT pg_has_role(current_user, '{ROLE}', 'SET') THEN
        GRANT {ROLE} TO CURRENT_USER;
    END IF;
EXCEPTION WHEN insufficient_privilege THEN
    NULL;  -- then the service needs a login of its own
END $$
"""

GRANT = (
    f"REVOKE ALL ON ALL TABLES IN SCHEMA public, zicht, wachtrij FROM {ROLE}",
    f"GRANT USAGE ON SCHEMA public, zicht, wachtrij TO {ROLE}",
    *(f"GRANT {rights} ON public.{table} TO {ROLE}" for table, rights in RECHTEN.items()),
    f"GRANT SELECT ON ALL TABLES IN SCHEMA zicht TO {ROLE}",
    f"GRANT USAGE ON SEQUENCE declaratie_id_seq, boeking_boekingnummer_seq TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA wachtrij TO {ROLE}",
    f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA wachtrij TO {ROLE}",
)

IS_GRANTED = f"""
SELECT coalesce((SELECT has_table_privilege(oid, 'public.toewijzing', 'SELECT')
                 FROM pg_roles WHERE rolname = '{ROLE}'), false)
"""

# Of who logs in, not of the role that is taken then.
LOGS_IN_AS_OWNER = """
SELECT pg_has_role(session_user, relowner, 'MEMBER')
FROM pg_class WHERE oid = 'public.toewijzing'::regclass
"""
