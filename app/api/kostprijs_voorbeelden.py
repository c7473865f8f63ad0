# SPDX-License-Identifier: EUPL-1.2
"""The worked example of the document: a real price with every step; a test holds it true."""

from typing import Any

Json = dict[str, Any]


def _stappen(eenheid: str, *stappen: tuple[str, str, str]) -> list[Json]:
    return [
        {
            "element": element,
            "waarde": waarde,
            "eenheid": eenheid,
            "grondslag": grondslag,
            "toelichting": None,
        }
        for element, waarde, grondslag in stappen
    ]


INVOER: Json = {
    "wet": "wmo",
    "functies": [
        {
            "naam": "hbo",
            "maandloonCenten": 375000,
            "vakantietoeslag": "0.08",
            "eindejaarsuitkering": "0.0833",
            "ort": "0.015",
            "werkgeverslasten": "0.28",
            "reisEnOpleidingCenten": 150000,
            "contracturen": "1878",
            "verlofuren": "234",
            "ziekteuren": "104",
            "scholingsuren": "40",
            "overleguren": "80",
            "reisuren": "50",
            "overhead": "0.25",
            "verplichtingenPerUurCenten": 100,
            "risico": "0.03",
            "index": "1",
        }
    ],
    "producten": [{"profiel": "OB6", "intensiteit": "licht", "uren": {"hbo": "24"}}],
}
PER_UUR = _stappen(
    "euro_per_uur",
    ("maandloonCenten", "23.961661", "€ 3750,00 × 12 maanden / 1878 contracturen"),
    ("vakantietoeslag", "1.916933", "8 % van het loon"),
    ("eindejaarsuitkering", "1.996007", "8,33 % van het loon"),
    ("ort", "0.359425", "1,5 % van het loon"),
    ("werkgeverslasten", "7.905527", "28 % van het loon met toeslagen"),
    ("reisEnOpleidingCenten", "0.798722", "€ 1500,00 per jaar / 1878 contracturen"),
    ("verlofuren", "6.309165", "kosten per contractuur × 234 / 1370 netto-uren"),
    ("ziekteuren", "2.804073", "kosten per contractuur × 104 / 1370 netto-uren"),
    ("scholingsuren", "1.07849", "kosten per contractuur × 40 / 1370 netto-uren"),
    ("overleguren", "2.15698", "kosten per contractuur × 80 / 1370 netto-uren"),
    ("reisuren", "1.348112", "kosten per contractuur × 50 / 1370 netto-uren"),
    ("overhead", "12.658774", "25 % van het subtotaal"),
    ("verplichtingenPerUurCenten", "1.00", "€ 1,00 per uur"),
    ("clientgebondenPerUurCenten", "0.00", "€ 0,00 per uur"),
    ("risico", "1.928816", "3 % van het subtotaal"),
    ("index", "0.00", "subtotaal × (1 - 1)"),
    ("afronding", "-0.002685", "op twee decimalen, een half naar boven"),
)
PER_PRODUCT = _stappen(
    "euro",
    ("hbo", "1589.28", "24 uur × € 66,22 per uur"),
    ("afronding", "0.00", "op twee decimalen, een half naar boven"),
)
FUNCTIE: Json = {"naam": "hbo", "uurtariefCenten": 6622, "opbouw": PER_UUR}
UITKOMST: Json = {
    "wet": "wmo",
    "functies": [FUNCTIE],
    "producten": [
        {
            "profiel": "OB6",
            "intensiteit": "licht",
            "bedragCenten": 158928,
            "opbouw": PER_PRODUCT,
        }
    ],
}
