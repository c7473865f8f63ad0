# SPDX-License-Identifier: EUPL-1.2
"""Row-level security: the database itself shows and lets change only what is the caller's own.

For whom a connection is used stands in settings of its session (`app.db.connection.Binding`). A
setting that is absent or empty equals no code: unbound, nothing is seen. The service connects as a
role that owns nothing (`app.db.rechten`); the owner, who migrates, backs up and proves, is not held
to these policies.

Each setting is asked once a statement, as an uncorrelated subquery, and not once a row. A policy
that looks into another table is held to the policy of that one: `EXISTS (SELECT FROM toewijzing …)`
means that the caller sees the toewijzing. What would then go round in a circle looks through a view
in the schema `zicht`, which has the rights of the owner and shows no more than it must.
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

GEMEENTE = "(SELECT current_setting('noaber.gemeente', true))"
AANBIEDER = "(SELECT current_setting('noaber.aanbieder', true))"
BELLER = "(SELECT current_setting('noaber.beller', true))"
REGIO = "(SELECT current_setting('noaber.rol', true) = 'regio')"
VERZEGELAAR = "(SELECT current_setting('noaber.rol', true) = 'verzegelaar')"
AFWIKKELING = "(SELECT current_setting('noaber.afwikkeling', true) = 'ja')"
"""The books of the aanbieder are open, to whoever holds its lock: `settle.lock_aanbieder`."""

OWN = f"gemeente = {GEMEENTE}"
BY_AANBIEDER = f"aanbieder = {AANBIEDER}"
SEES_TOEWIJZING = "EXISTS (SELECT FROM toewijzing t WHERE t.nummer = {0}.toewijzing_nummer)"
BEARS_PART = (
    "EXISTS (SELECT FROM boeking b WHERE b.toewijzing_nummer = {0}.toewijzing_nummer"
    f" AND b.gemeente = {GEMEENTE})"
)
GAVE_TOEWIJZING = (
    "EXISTS (SELECT FROM toewijzing t WHERE t.nummer = {0}.toewijzing_nummer"
    f" AND t.gemeente = {GEMEENTE})"
)
OF_PLAN = "EXISTS (SELECT FROM plan p WHERE p.id = {0}.plan_id)"
OF_OPDRACHT = "EXISTS (SELECT FROM betaalopdracht o WHERE o.id = {0}.opdracht_id)"
OF_DECLARATIE = "EXISTS (SELECT FROM declaratie d WHERE d.id = {0}.declaratie_id)"
OF_REGEL = (
    "EXISTS (SELECT FROM zicht.declaratieregel r"
    " WHERE r.declaratie_id = {0}.declaratie_id AND r.regelnummer = {0}.regelnummer)"
)
OF_INWONER = "EXISTS (SELECT FROM inwoner i WHERE i.id = {0}.inwoner_id)"
OF_OWN_INWONER = (
    f"EXISTS (SELECT FROM inwoner i WHERE i.id = {{0}}.inwoner_id AND i.gemeente = {GEMEENTE})"
)
OF_OMVANG = (
    "EXISTS (SELECT FROM omvang o WHERE o.toewijzing_nummer = omvang_eerder.toewijzing_nummer)"
)
OF_TAAK = "EXISTS (SELECT FROM zicht.eigen_taak e WHERE e.nummer = {0}.taakopdracht_nummer)"
PAIR = f"schuldeiser = {GEMEENTE} OR schuldenaar = {GEMEENTE}"
NOBODY = "false"
ASKED = "(SELECT zicht.gevraagd())::integer[]"

POLICIES = {
    # of the gemeente alone
    "concepttoewijzing": (OWN, OWN),
    "grootboek": (OWN, OWN),
    "grootboekrekening": (OWN, OWN),
    "afsluiting": (OWN, OWN),
    "herverdeling": (OWN, OWN),
    "betaalopdracht": (OWN, OWN),
    "overboeking": (OF_OPDRACHT, OF_OPDRACHT),
    "opdrachtdeel": (OF_OPDRACHT, OF_OPDRACHT),
    "plan": (OWN, OWN),
    "planversie": (OF_PLAN, OF_PLAN),
    "planlid": (OF_PLAN, f"{OF_PLAN} AND {OF_OWN_INWONER}"),
    "planevaluatie": (OF_PLAN, OF_PLAN),
    "planmoment": (OF_PLAN, OF_PLAN),
    "intensiteitsadvies": (GAVE_TOEWIJZING, GAVE_TOEWIJZING),
    "beschikking": (GAVE_TOEWIJZING, GAVE_TOEWIJZING),
    # Of a gemeente; seen by the aanbieder that helps, and by who is asked to take over. In the
    # books of an aanbieder any residence may be asked: it says where somebody without a name lives,
    # and the settlement asks it of all its lines.
    "inwoner": (
        f"{OWN} OR EXISTS (SELECT FROM toewijzing t WHERE t.inwoner_id = inwoner.id"
        f" AND (t.{BY_AANBIEDER} OR t.nummer = ANY ({ASKED})))",
        OWN,
    ),
    "woonplaats": (f"{AFWIKKELING} OR {OF_INWONER}", OF_OWN_INWONER),
    "woonopgave": (OF_INWONER, OF_OWN_INWONER),
    # between a gemeente and an aanbieder
    "toewijzing_gebeurtenis": (
        "EXISTS (SELECT FROM toewijzing t WHERE t.nummer = toewijzing_gebeurtenis.nummer)",
        "EXISTS (SELECT FROM toewijzing t WHERE t.nummer = toewijzing_gebeurtenis.nummer)",
    ),
    "omvang": (
        f"{BY_AANBIEDER} OR {SEES_TOEWIJZING} OR {BEARS_PART}",
        f"{GAVE_TOEWIJZING} OR {AFWIKKELING} AND {BY_AANBIEDER}",
    ),
    "omvang_eerder": (OF_OMVANG, OF_OMVANG),
    "verzoek": (f"{OWN} OR {BY_AANBIEDER}", f"{OWN} OR {BY_AANBIEDER}"),
    # Whoever sees or changes data writes it down, the gemeente of the inwoner reads it.
    "logregel": (
        f"{OF_OWN_INWONER} OR EXISTS (SELECT FROM verzoek v WHERE v.id = logregel.verzoek_id"
        f" AND v.gemeente = {GEMEENTE})",
        f"{OWN} OR {BY_AANBIEDER}",
    ),
    # between two gemeenten; the aanbieder sees that its toewijzing goes on
    "voortzetting": (
        f"{OWN} OR van_gemeente = {GEMEENTE} OR EXISTS (SELECT FROM toewijzing t"
        " WHERE t.nummer IN (voortzetting.toewijzing_nummer, voortzetting.vervolg))",
        f"{OWN} OR van_gemeente = {GEMEENTE}",
    ),
    "verrekening": (f"{PAIR} OR {REGIO}", PAIR),
    "verrekenbetaling": (f"{PAIR} OR {REGIO}", PAIR),
    # The books of an aanbieder. A gemeente sees the head of a declaratie that it pays or bears a
    # part of, or in which a line was not granted that it would have paid.
    "declaratie": (
        f"{BY_AANBIEDER} OR EXISTS (SELECT FROM betaalspecificatie s"
        " WHERE s.declaratie_id = declaratie.id)"
        " OR EXISTS (SELECT FROM oordeel o WHERE o.declaratie_id = declaratie.id)",
        BY_AANBIEDER,
    ),
    "voortgang": (OF_DECLARATIE, OF_DECLARATIE),
    "oordeel": (OF_REGEL, OF_REGEL),
    "herziening": (OF_REGEL, NOBODY),
    "herverdeling_ronde": (OF_DECLARATIE, NOBODY),
    "zegel": (BY_AANBIEDER, BY_AANBIEDER),
    "te_verzegelen": (VERZEGELAAR, NOBODY),
    "boeking": (
        f"{BY_AANBIEDER} OR {OWN} OR betaler = {GEMEENTE}",
        f"{AFWIKKELING} AND ({BY_AANBIEDER} OR betaler = {GEMEENTE})",
    ),
    "herverdeling_regel": (SEES_TOEWIJZING, GAVE_TOEWIJZING),
    # sums, which the region sees as well: no person stands in them
    "kostensom": (f"{OWN} OR {REGIO}", NOBODY),
    "kostendeel": (
        f"{OWN} OR {REGIO} OR EXISTS (SELECT FROM betaalspecificatie s"
        f" WHERE s.id = kostendeel.specificatie_id AND s.betaler = {GEMEENTE})",
        NOBODY,
    ),
    "betaalspecificatie": (
        f"betaler = {GEMEENTE} OR {BY_AANBIEDER} OR {REGIO}"
        " OR EXISTS (SELECT FROM zicht.gedragen g WHERE g.specificatie_id = betaalspecificatie.id)",
        f"betaler = {GEMEENTE}",
    ),
    "budget": (f"{OWN} OR {REGIO}", OWN),
    "betaling": (
        "EXISTS (SELECT FROM betaalspecificatie s WHERE s.id = betaling.specificatie_id)",
        "EXISTS (SELECT FROM betaalspecificatie s WHERE s.id = betaling.specificatie_id"
        f" AND s.betaler = {GEMEENTE})",
    ),
    # The region says where an aanbieder is paid; any gemeente may have to pay it.
    "bankrekening": (
        f"{OWN} OR {BY_AANBIEDER} OR aanbieder IS NOT NULL AND ({REGIO} OR {GEMEENTE} <> '')",
        f"{OWN} OR {BY_AANBIEDER} OR aanbieder IS NOT NULL AND {REGIO}",
    ),
    # what the region gives to do, to an aanbieder and for gemeenten
    "taakopdracht": (
        f"{BY_AANBIEDER} OR {REGIO} OR EXISTS (SELECT FROM taakdeel d"
        f" WHERE d.taakopdracht_nummer = taakopdracht.nummer AND d.gemeente = {GEMEENTE})",
        REGIO,
    ),
    "taakdeel": (f"{OWN} OR {REGIO} OR {OF_TAAK}", REGIO),
    "taakomvang": (f"{OWN} OR {REGIO} OR {OF_TAAK}", REGIO),
    "taaktermijn": (f"{OWN} OR {REGIO} OR {OF_TAAK}", REGIO),
    "taakboeking": (f"{OWN} OR {REGIO} OR {OF_TAAK}", REGIO),
    "taakverslag": (
        "EXISTS (SELECT FROM taakopdracht o WHERE o.nummer = taakverslag.taakopdracht_nummer)",
        OF_TAAK,
    ),
    "aanmelding": (f"{BY_AANBIEDER} OR {REGIO}", f"{BY_AANBIEDER} OR {REGIO}"),
    "toetsing": (
        "EXISTS (SELECT FROM aanmelding a WHERE a.id = toetsing.aanmelding_id)",
        REGIO,
    ),
    # Of whom a comment is, only its aanbieder and the region know until the list is vastgesteld.
    "reactie": (
        f"{BY_AANBIEDER} OR {REGIO} OR EXISTS (SELECT FROM tarieflijst l"
        " WHERE l.id = reactie.tarieflijst_id AND l.vastgesteld_op IS NOT NULL)",
        f"{BY_AANBIEDER} OR {REGIO}",
    ),
    "idempotentie": (f"beller = {BELLER}", f"beller = {BELLER}"),
}
"""By table: which rows are seen, and how a row may be written; `{0}` stands for the table."""

SEES = {
    "toewijzing": f"{OWN} OR {BY_AANBIEDER} OR nummer = ANY ({ASKED})",
    "termijn": f"{BY_AANBIEDER} OR betaler = {GEMEENTE} OR {BEARS_PART.format('termijn')}",
}
BY_COMMAND = {
    "toewijzing": {
        "INSERT": OWN,
        "UPDATE": f"{OWN} OR {AFWIKKELING} AND {BY_AANBIEDER}",
    },
    "termijn": {
        "INSERT": f"betaler = {GEMEENTE} OR {AFWIKKELING} AND {BY_AANBIEDER}",
        "UPDATE": f"betaler = {GEMEENTE} OR {BY_AANBIEDER}",
    },
}
"""An aanbieder may say that its help began, but gives itself no toewijzing."""

VIEWS = {
    # COPY refuses a table with policies, and a million lines come in by COPY. The service may write
    # that table and not read it; it reads this view, which comes first in its search path.
    "declaratieregel": f"""
        SELECT * FROM public.declaratieregel
        WHERE {BY_AANBIEDER}
           OR EXISTS (SELECT FROM public.toewijzing t
                      WHERE t.nummer = declaratieregel.toewijzing_nummer
                        AND t.gemeente = {GEMEENTE})
           OR EXISTS (SELECT FROM public.boeking b
                      WHERE b.toewijzing_nummer = declaratieregel.toewijzing_nummer
                        AND b.declaratie_id = declaratieregel.declaratie_id
                        AND b.regelnummer = declaratieregel.regelnummer
                        AND b.gemeente = {GEMEENTE})
    """,
    "gedragen": f"SELECT specificatie_id FROM public.kostendeel WHERE {OWN}",
    "eigen_taak": f"SELECT nummer FROM public.taakopdracht WHERE {BY_AANBIEDER}",
    # Whoever bears a part is told what it is a part of, and not what it is for.
    "prijs_van_toewijzing": f"""
        SELECT nummer, gemeente, inwoner_id, aanbieder, raamovereenkomst_nummer, wet, profiel_id,
               intensiteit, begindatum, einddatum, prijs_centen, verschuldigd_centen, tarief_centen,
               tarief_vanaf, tarieflijst_id, aangemaakt_op, aangemaakt_door,
               (SELECT v.toewijzing_nummer FROM public.voortzetting v
                WHERE v.vervolg = toewijzing.nummer) AS voortzetting_van
        FROM public.toewijzing
        WHERE {OWN} OR {BY_AANBIEDER} OR nummer = ANY ({ASKED})
           OR EXISTS (SELECT FROM public.boeking b
                      WHERE b.toewijzing_nummer = toewijzing.nummer AND b.gemeente = {GEMEENTE})
    """,
    "einde_van_toewijzing": """
        SELECT g.nummer, g.geplande_einddatum, g.afrekening
        FROM public.toewijzing_gebeurtenis g
        WHERE g.afrekening IS NOT NULL
          AND EXISTS (SELECT FROM zicht.prijs_van_toewijzing p WHERE p.nummer = g.nummer)
    """,
    "kosten_van_boeking": f"""
        SELECT gemeente, begindatum, aanbieder, profiel_id, wet, bedrag_centen, geboekt_op
        FROM public.boeking
        WHERE {OWN} OR {REGIO}
    """,
    # the region reckons with what toewijzingen cost, and not with whom they are for
    "kosten_van_toewijzing": f"""
        SELECT gemeente, wet, profiel_id, intensiteit, begindatum, einddatum, status,
               tarief_centen, prijs_centen, verschuldigd_centen, volgt_op
        FROM public.toewijzing
        WHERE {REGIO}
    """,
    # to see at a start whether the key at hand opens what is sealed
    "verzegeld_bsn": """
        SELECT bsn_versleuteld FROM public.inwoner WHERE bsn_versleuteld IS NOT NULL LIMIT 1
    """,
    "stand_van_afwikkeling": """
        SELECT count(*) AS aantal, coalesce(sum(aantal_regels), 0) AS aantal_regels,
               coalesce(extract(epoch FROM clock_timestamp() - min(ontvangen_op)), 0) AS seconden
        FROM public.declaratie
        WHERE afgehandeld_op IS NULL AND mislukt_op IS NULL
    """,
}

PINNED = "SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = {
    "zicht.gevraagd() RETURNS integer[] LANGUAGE sql STABLE": f"""
        SELECT coalesce(array_agg(toewijzing_nummer), '{{}}')
        FROM voortzetting WHERE gemeente = {GEMEENTE}
    """,
    "zicht.volgende_reactie(tarieflijst integer) RETURNS integer LANGUAGE sql STABLE": """
        SELECT coalesce(max(volgnummer), 0) + 1 FROM reactie WHERE tarieflijst_id = tarieflijst
    """,
    # whoever may only add to a table may not lock it
    "zicht.houd_boekingen_tegen() RETURNS void LANGUAGE plpgsql": """
        BEGIN LOCK TABLE boeking, taakboeking IN SHARE MODE; END
    """,
    "zicht.houd_instellingen_tegen() RETURNS void LANGUAGE plpgsql": """
        BEGIN LOCK TABLE woonplaatsinstelling IN SHARE ROW EXCLUSIVE MODE; END
    """,
}

GUARDS = (
    *("bewaak_prijs_van_toewijzing", "bewaak_termijnen", "bewaak_boekingen", "bewaak_oordelen"),
    *("bewaak_vervallen", "bewaak_voortzetting", "bewaak_omvang", "bewaak_taaktermijnen"),
    *("tel_boekingen_op", "tel_betalingen_op", "tel_verrekenbetalingen_op"),
    *("vraag_zegel", "onthoud_toegekend", "onthoud_afgekeurd", "onthoud_herverdeling"),
    *("specificeer_taakboekingen", "bewaak_omvangwijziging", "bewaak_toelating", "bewaak_toetsing"),
)
"""What guards or adds up looks past the caller: its proofs are over all there is."""

# Not as the owner: of a declaratie that is another's the caller sees none. Who pays sees some that
# are not its own, and may not write in those.
PROVE_LINES = """
DECLARE
    eigen text := CASE WHEN row_security_active('declaratie')
                       THEN coalesce(current_setting('noaber.aanbieder', true), '') END;
BEGIN
    IF EXISTS (SELECT FROM nieuw n
               LEFT JOIN declaratie d
                      ON d.id = n.declaratie_id AND d.aanbieder = n.aanbieder
                     AND (eigen IS NULL OR d.aanbieder = eigen)
               WHERE d.id IS NULL) THEN
        RAISE EXCEPTION 'een regel verwijst naar een declaratie die niet bestaat'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'regel_verwijst';
    END IF;
    RETURN NULL;
END
"""

# As it was in 0002.
PROVE_LINES_BEFORE = """
BEGIN
    IF EXISTS (SELECT FROM nieuw n
               LEFT JOIN declaratie d
                      ON d.id = n.declaratie_id AND d.aanbieder = n.aanbieder
               WHERE d.id IS NULL) THEN
        RAISE EXCEPTION 'een regel verwijst naar een declaratie die niet bestaat'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'regel_verwijst';
    END IF;
    RETURN NULL;
END
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA zicht")
    for head, body in FUNCTIONS.items():
        op.execute(f"CREATE FUNCTION {head} {PINNED} AS $${body}$$")
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW zicht.{name} AS {query}")
    for table, (sees, writes) in POLICIES.items():
        _secure(table)
        op.execute(
            f"CREATE POLICY eigen ON {table} USING ({sees.format(table)})"
            f" WITH CHECK ({writes.format(table)})"
        )
    for table, sees in SEES.items():
        _secure(table)
        op.execute(f"CREATE POLICY lezen ON {table} FOR SELECT USING ({sees})")
        changes = BY_COMMAND[table]
        op.execute(f"CREATE POLICY geven ON {table} FOR INSERT WITH CHECK ({changes['INSERT']})")
        op.execute(
            f"CREATE POLICY wijzigen ON {table} FOR UPDATE USING ({sees})"
            f" WITH CHECK ({changes['UPDATE']})"
        )
    for name in GUARDS:
        op.execute(f"ALTER FUNCTION {name}() {PINNED}")
    _prove_lines(PROVE_LINES)


def downgrade() -> None:
    _prove_lines(PROVE_LINES_BEFORE)
    op.execute("ALTER FUNCTION bewaak_declaratieregels() RESET search_path")
    for name in GUARDS:
        op.execute(f"ALTER FUNCTION {name}() SECURITY INVOKER RESET search_path")
    for table in SEES:
        for policy in ("lezen", "geven", "wijzigen"):
            op.execute(f"DROP POLICY {policy} ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for table in POLICIES:
        op.execute(f"DROP POLICY eigen ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP SCHEMA zicht CASCADE")
    # Without policies the role of the service would see all there is.
    op.execute(
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'noaber_app') THEN
                REVOKE ALL ON ALL TABLES IN SCHEMA public FROM noaber_app;
            END IF;
        END $$
        """
    )


def _secure(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


def _prove_lines(body: str) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION bewaak_declaratieregels() RETURNS trigger LANGUAGE plpgsql"
        f" SET search_path = public, pg_temp AS $${body}$$"
    )
