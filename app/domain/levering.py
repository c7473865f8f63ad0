# SPDX-License-Identifier: EUPL-1.2
"""What an aanbieder reports of the help: begun, over, or not taken on."""

from datetime import date
from typing import Literal

from app.domain.errors import Fault, refuse
from app.domain.toewijzingsleven import Stand, faults_alive

Stopreden = Literal[
    "volgens_plan", "client", "in_overeenstemming", "verhuizing", "overlijden", "aanbieder"
]


def check_start(stand: Stand, begindatum: date, today: date) -> None:
    """Whether help may be reported as begun on this day. Raises Conflict, naming all faults.

    Bron: iStandaarden 305 (startbericht). Sinds: 0.3.0.
    """
    faults = [*_faults_withdrawn(stand), *_faults_of_day(stand, begindatum, today, "begindatum")]
    if stand.gestart:
        reason = f"De hulp is al begonnen op {stand.gestart}."
        faults.append(Fault("begindatum", "al_gestart", reason))
    if stand.gestopt and begindatum > stand.gestopt:
        reason = f"De hulp is al gestopt op {stand.gestopt}."
        faults.append(Fault("begindatum", "start_na_stop", reason))
    refuse(faults)


def check_stop(stand: Stand, einddatum: date, today: date) -> None:
    """Whether help may be reported as over after this day. Raises Conflict, naming all faults.

    Bron: iStandaarden 307 (stopbericht). Sinds: 0.3.0.
    """
    faults = [*_faults_withdrawn(stand), *_faults_of_day(stand, einddatum, today, "einddatum")]
    if stand.gestopt:
        reason = f"De hulp is al gestopt op {stand.gestopt}."
        faults.append(Fault("einddatum", "al_gestopt", reason))
    if stand.gestart is None:
        faults.append(Fault("einddatum", "niet_gestart", "De hulp is nog niet begonnen."))
    elif einddatum < stand.gestart:
        reason = f"De hulp is begonnen op {stand.gestart}."
        faults.append(Fault("einddatum", "stop_voor_start", reason))
    refuse(faults)


def check_decline(stand: Stand) -> None:
    """Whether an aanbieder may still decline to give the help. Raises Conflict.

    Not once it has begun, or was declared. Bron: own. Sinds: 0.3.0.
    """
    faults = [*faults_alive(stand)]
    if stand.gestart:
        reason = f"De hulp is al begonnen op {stand.gestart}."
        faults.append(Fault("nummer", "al_gestart", reason))
    if any(t.stand != "open" for t in stand.termijnen):
        reason = "Er is al gedeclareerd. Crediteer dat eerst."
        faults.append(Fault("nummer", "al_gedeclareerd", reason))
    refuse(faults)


def _faults_withdrawn(stand: Stand) -> list[Fault]:
    return faults_alive(stand) if stand.status == "ingetrokken" else []


def _faults_of_day(stand: Stand, dag: date, today: date, field: str) -> list[Fault]:
    periode = stand.periode
    faults = []
    if not periode.begindatum <= dag <= periode.einddatum:
        reason = f"De toewijzing loopt van {periode.begindatum} tot en met {periode.einddatum}."
        faults.append(Fault(field, "buiten_toewijzing", reason))
    if dag > today:
        faults.append(Fault(field, "in_de_toekomst", "Meld dit op of na de dag zelf."))
    return faults
