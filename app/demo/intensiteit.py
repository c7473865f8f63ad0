# SPDX-License-Identifier: EUPL-1.2
"""Instruments and a decision table of the demo region: illustrative, adopted by no gemeente."""

from app.demo.client import Json

ZRM: Json = {
    "naam": "Zelfredzaamheid-Matrix (illustratief)",
    "bron": "Naar de Zelfredzaamheid-Matrix 2017 van GGD Amsterdam; gebruik de officiële uitgave. "
    "1: acute problematiek, 2: niet, 3: beperkt, 4: voldoende, 5: volledig zelfredzaam",
    "onderdelen": [
        {"code": "financien", "naam": "Financiën"},
        {"code": "werk_opleiding", "naam": "Werk en opleiding"},
        {"code": "tijdsbesteding", "naam": "Tijdsbesteding"},
        {"code": "huisvesting", "naam": "Huisvesting"},
        {"code": "huiselijke_relaties", "naam": "Huiselijke relaties"},
        {"code": "geestelijke_gezondheid", "naam": "Geestelijke gezondheid"},
        {"code": "lichamelijke_gezondheid", "naam": "Lichamelijke gezondheid"},
        {"code": "middelengebruik", "naam": "Middelengebruik"},
        {"code": "basale_adl", "naam": "Basale activiteiten van het dagelijks leven"},
        {"code": "instrumentele_adl", "naam": "Instrumentele activiteiten van het dagelijks leven"},
        {"code": "sociaal_netwerk", "naam": "Sociaal netwerk"},
        {"code": "participatie", "naam": "Maatschappelijke participatie"},
        {"code": "justitie", "naam": "Justitie"},
    ],
    "laagste": 1,
    "hoogste": 5,
}

PARTICIPATIELADDER: Json = {
    "naam": "Participatieladder (illustratief)",
    "bron": "Naar de participatieladder van de VNG. 1: geïsoleerd, 2: sociale contacten "
    "buitenshuis, 3: georganiseerde activiteiten, 4: onbetaald werk, 5: betaald werk met "
    "ondersteuning, 6: betaald werk",
    "onderdelen": [{"code": "trede", "naam": "Trede op de ladder"}],
    "laagste": 1,
    "hoogste": 6,
}

INSTRUMENTEN = {"zrm": ZRM, "participatieladder": PARTICIPATIELADDER}

TABELLEN: dict[str, Json] = {
    "zrm-illustratief": {
        "naam": "Intensiteit naar zelfredzaamheid (illustratief)",
        "bron": "Illustratief voorbeeld, door geen gemeente vastgesteld",
        "instrument": "zrm",
        "profielen": ["OB5", "OB6", "OB7", "OB8"],
        "regels": [
            {
                "voorwaarden": {
                    "eigenInzetGemeente": ["geen", "deels"],
                    "scores": [{"tenMinste": 1, "totEnMet": 1}],
                },
                "uitkomst": "zwaar",
                "reden": "Op een onderdeel is de nood acuut.",
            },
            {
                "voorwaarden": {
                    "complexiteit": ["complex"],
                    "eigenInzetGemeente": ["geen", "deels"],
                    "scores": [{"tenMinste": 3, "totEnMet": 2}],
                },
                "uitkomst": "zwaar",
                "reden": "Vragen op veel onderdelen verergeren elkaar.",
            },
            {
                "voorwaarden": {"scores": [{"tenMinste": 1, "totEnMet": 2}]},
                "uitkomst": "middel",
                "reden": "Iemand redt het op een onderdeel niet zelf.",
            },
            {
                "voorwaarden": {
                    "complexiteit": ["meervoudig", "complex"],
                    "eigenInzetGemeente": ["geen"],
                },
                "uitkomst": "middel",
                "reden": "Meer dan één vraag, en de gemeente doet zelf niets in het gezin.",
            },
            {
                "voorwaarden": {},
                "uitkomst": "licht",
                "reden": "Iemand redt zich grotendeels zelf, of met wat de gemeente doet.",
            },
        ],
    }
}
"""Tables by code. More own effort of the gemeente never advises a heavier intensiteit."""
