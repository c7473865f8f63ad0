# SPDX-License-Identifier: EUPL-1.2
"""A betaalopdracht as the bank reads it: SEPA credit transfer, pain.001.001.09.

The library checks the file against the schema of ISO 20022 before it gives it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from schwifty import IBAN
from sepaxml import SepaTransfer

from app.domain.betaling import Bankrekening, Overboeking

SCHEMA = "pain.001.001.09"
LONGEST_DESCRIPTION = 140


def as_pain001(
    nummer: int, uitvoerdatum: date, van: Bankrekening, overboekingen: Sequence[Overboeking]
) -> bytes:
    """The file for the order of this number. Two made alike differ in their message id."""
    bestand = SepaTransfer(
        {**_account(van), "batch": True, "currency": "EUR"}, schema=SCHEMA, clean=True
    )
    for overboeking in overboekingen:
        bestand.add_payment(
            {
                **_account(overboeking.rekening),
                "amount": overboeking.bedrag_centen,
                "execution_date": uitvoerdatum,
                "description": _description(nummer, overboeking.specificaties),
                "endtoend_id": f"{nummer}-{overboeking.aanbieder}",
            }
        )
    content: bytes = bestand.export(validate=True)
    return content


def _account(rekening: Bankrekening) -> Mapping[str, Any]:
    bic = IBAN(rekening.iban).bic
    known = {"BIC": str(bic)} if bic else {}
    return {"name": rekening.tenaamstelling, "IBAN": rekening.iban, **known}


def _description(nummer: int, specificaties: Sequence[int]) -> str:
    """What the aanbieder reads; as many numbers as fit."""
    text = f"Betaalopdracht {nummer}, specificatie"
    for place, specificatie in enumerate(specificaties):
        longer = f"{text} {specificatie}"
        if len(longer) > LONGEST_DESCRIPTION - 10:
            return f"{text} en {len(specificaties) - place} meer"
        text = longer
    return text
