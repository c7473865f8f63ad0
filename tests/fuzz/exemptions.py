# SPDX-License-Identifier: EUPL-1.2
"""What a check of schemathesis is not asked of, each with its reason; it stands nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.api.reasons import REASONS


@dataclass(frozen=True, slots=True)
class Exemption:
    """One check that is not made of one operation; `*` is any."""

    check: str
    operation: str
    reason: str


EXEMPTIONS = (
    Exemption(
        "object_level_authorization",
        "*",
        "compares callers that may do the same, and here each operation is asked as one; "
        "`tests/contract/test_matrix.py` asks it of every operation and role",
    ),
    Exemption(
        "response_schema_conformance",
        "GET /declaraties/{id}/voortgang",
        "OpenAPI 3.1 describes a stream of events as one text, and schemathesis holds every "
        "event against it",
    ),
    *(
        Exemption(
            "ensure_resource_availability",
            f"{method} /tarieflijsten/{{id}}/{part}",
            "a tarieflijst that was made has no consultatie yet, and none of its prices an opbouw",
        )
        for method, part in (
            *(("GET", "consultatie"), ("POST", "consultatie/_sluit"), ("GET", "opbouw")),
        )
    ),
)

REJECTIONS = (400, 401, 403, 404, 405, 406, 409, 413, 415, 429)
"""What may be answered to data that the document does not allow."""

ACCEPTANCES = ("2xx", 400, 401, 403, 404, 409, 413, 429)
"""And to data that it does allow; which 400 that may be, `only_rules_refuse` looks at."""

RULES_WITH_A_NAME_OF_SHAPE: Mapping[str, str] = {
    "geen_geheel_getal": "to JSON Schema 1.0 is a whole number; the contract knows no floats",
    "moet_leeg": "left out where another field says so",
    "ongeldig_teken": "a text holds no control characters",
    "te_groot": "bounds of a decimal, which is written as text",
    "te_klein": "the same",
    "te_kort": "a text of blanks alone is trimmed to nothing",
    "te_weinig": "one of several lists must hold something",
    "verplicht": "asked for by what stands in another field",
}
"""Faults that bear the name of a fault of shape, and are more than a schema can say."""

OF_SHAPE = frozenset(code for code, _ in REASONS.values()) - RULES_WITH_A_NAME_OF_SHAPE.keys()
"""Faults that a schema does speak of: what the document allows is not refused for one of these."""
