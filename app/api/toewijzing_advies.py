# SPDX-License-Identifier: EUPL-1.2
"""The advice on the intensiteit that a toewijzing may be given with: computed, held to, kept."""

from app.api.intensiteitsadviezen import Intensiteitsadvies, find_advice, intensiteitsadvies_of
from app.api.toewijzing_modellen import ToewijzingInvoer
from app.db import intensiteit
from app.db.connection import Connection
from app.domain.errors import Invalid
from app.domain.intensiteit import fault_in_deviation


async def find_dossier(
    db: Connection, invoer: ToewijzingInvoer
) -> tuple[intensiteit.Dossier, Intensiteitsadvies] | None:
    """The advice as it is to be kept and as it is shown; None when none is asked for.

    Raises Invalid, also when one deviates without a reason or gives a reason without deviating;
    NotFound or Conflict when there is no table to advise by.
    """
    asked = invoer.intensiteitsadvies
    if asked is None:
        _check_deviation(None, invoer)
        return None
    tabel, advies = await find_advice(db, asked, invoer.profiel, "intensiteitsadvies")
    shown = intensiteitsadvies_of(tabel, advies)
    _check_deviation(shown, invoer)
    dossier = intensiteit.Dossier(
        tabel, asked.in_domain(), advies.intensiteit, invoer.afwijkingsreden
    )
    return dossier, shown


def _check_deviation(advies: Intensiteitsadvies | None, invoer: ToewijzingInvoer) -> None:
    given = advies.advies if advies else None
    fault = fault_in_deviation(given, invoer.intensiteit, invoer.afwijkingsreden)
    if fault:
        raise Invalid(fault.code, fault.reason, (fault,))
