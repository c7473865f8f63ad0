# SPDX-License-Identifier: EUPL-1.2
"""The queries that judge lines: one for where no volume is about, one for where one may be.

Nearly all declaraties are outputgericht through and through. Whether one is, `settle.TUNE` sees at
a glance; it then pays nothing for what the others need.
"""

from importlib.resources import files

from app.domain.contractleven import IN_DEFAULT

# Of a line r, its termijn t and the omvang om of its toewijzing: what is wrong with what it asks.
# A credit is not held against the most of its termijn: it repeats what was granted.
_FOUTEN = """
array_remove(ARRAY[
    CASE WHEN om.toewijzing_nummer IS NULL AND r.volume IS NOT NULL
         THEN 'volume_niet_toegestaan' END,
    CASE WHEN om.toewijzing_nummer IS NOT NULL AND r.volume IS NULL THEN 'volume_ontbreekt' END,
    CASE WHEN om.toewijzing_nummer IS NOT NULL AND r.volume IS NOT NULL
              AND telbaar(r.volume, r.eenheid, om.eenheid) IS NULL THEN 'eenheid_ongelijk' END,
    CASE WHEN NOT r.credit
              AND telbaar(r.volume, r.eenheid, om.eenheid)
                  > telbaar(om.maxima[t.volgnummer], om.eenheid, om.eenheid)
         THEN 'volume_per_periode' END,
    CASE WHEN r.bedrag_centen <> CASE
             WHEN om.toewijzing_nummer IS NULL THEN t.bedrag_centen
             ELSE volumebedrag(telbaar(r.volume, r.eenheid, om.eenheid), om.eenheid,
                               om.tarief_centen)
         END THEN 'bedrag_ongelijk' END
], NULL)
"""

_OF_OUTPUT = {"{bedrag_ongelijk}": "r.bedrag_centen <> t.bedrag_centen", "{omvang}": ""}

# Any fault in what a line asks stands for a wrong amount, until judge_volume says which it was.
_BY_VOLUME = {
    "{bedrag_ongelijk}": f"cardinality({_FOUTEN}) > 0",
    "{omvang}": """
    LEFT JOIN omvang om
           ON om.toewijzing_nummer = t.toewijzing_nummer
          AND om.toewijzing_nummer BETWEEN $4 AND $5
    """,
}


def sql_of(name: str) -> str:
    """The SQL of a step, as its file says it."""
    return (files("app.settlement") / f"{name}.sql").read_text(encoding="utf-8")


def _filled(name: str, **pieces: str) -> str:
    query = sql_of(name)
    for place, piece in pieces.items():
        query = query.replace(place, piece)
    return query


_GRONDEN = {"{in_default}": ", ".join(f"'{grond}'" for grond in IN_DEFAULT)}

JUDGE = _filled("judge", **_GRONDEN, **_OF_OUTPUT)
JUDGE_BY_VOLUME = _filled("judge", **_GRONDEN, **_BY_VOLUME)
JUDGE_VOLUME = _filled("judge_volume", **{"{fouten}": _FOUTEN})
JUDGE_AGAIN = _filled("judge_again", **_GRONDEN)
