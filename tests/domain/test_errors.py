# SPDX-License-Identifier: EUPL-1.2
"""An error says what went wrong, to machines and to people."""

from app.domain.errors import Fault, Invalid, NoaberError


def test_an_error_carries_its_code_its_text_and_its_faults() -> None:
    fault = Fault("begindatum", "verplicht", "Dit veld is verplicht.")
    error = Invalid("ongeldige_aanvraag", "De aanvraag bevat 1 fout.", (fault,))
    assert isinstance(error, NoaberError)
    assert (error.code, str(error), error.faults) == (
        "ongeldige_aanvraag",
        "De aanvraag bevat 1 fout.",
        (fault,),
    )
