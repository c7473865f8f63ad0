# SPDX-License-Identifier: EUPL-1.2
"""What may happen to a toewijzing while it lives: what holds, and what cannot follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.domain.errors import Conflict, Fault, refuse
from app.domain.omvang import Omvang
from app.domain.period import Periode
from app.domain.toewijzing import Intensiteit

Reden = Literal[
    "volgens_plan",
    "client",
    "in_overeenstemming",
    "verhuizing",
    "overlijden",
    "aanbieder",
    "gemeente",
    "wanprestatie",
]
Status = Literal["actief", "beeindigd", "opgeschort", "ingetrokken"]
Soort = Literal[
    "verlengd",
    "gewijzigd",
    "beeindigd",
    "beoordeeld",
    "ingetrokken",
    "opgeschort",
    "hervat",
    "gestart",
    "gestopt",
    "geweigerd",
    "voortzetting_gevraagd",
    "voortzetting_afgewezen",
    "voortzetting_ingetrokken",
]
Verhaalsoort = (
    Literal["gegeven", "toegekend", "gecrediteerd", "herverdeeld", "aangehouden", "client_ingezien"]
    | Soort
)
"""What its story tells: what happened to the toewijzing, and to the money of its termijnen."""
Afrekenwijze = Literal["pro_rata", "volledig_crediteren"]
"""How the old toewijzing is settled when another intensiteit takes over."""


@dataclass(frozen=True, slots=True)
class Termijnstand:
    """A termijn that stands, and what became of it."""

    volgnummer: int
    mijlpaal: Literal["start", "voortgang", "resultaat"]
    periode: Periode
    bedrag_centen: int
    stand: Literal["open", "aangehouden", "toegekend"]


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a toewijzing stands, as known now."""

    status: Status
    periode: Periode
    intensiteit: Intensiteit
    termijnen: tuple[Termijnstand, ...]
    is_in_beoordeling: bool = False
    opgeschort_vanaf: date | None = None
    laatste_hervatting: date | None = None
    gestart: date | None = None
    gestopt: date | None = None
    uiterste_einddatum: date | None = None
    omvang: Omvang | None = None


def granted(termijnen: Sequence[Termijnstand]) -> int:
    """What is granted and not credited, in cents."""
    return sum(t.bedrag_centen for t in termijnen if t.stand == "toegekend")


def check_end(stand: Stand, einddatum: date) -> None:
    """Whether a toewijzing may end on this day. Raises Conflict, naming all that is wrong.

    The day lies in its period, and not before the begin of a granted voortgang.
    Bron: Domeinregels §4 (early end). Sinds: 0.3.0.
    """
    refuse([*faults_alive(stand), *faults_of_end(stand, einddatum, "einddatum")])


def check_change(
    stand: Stand, begindatum: date, intensiteit: Intensiteit | None, omvang: Omvang | None = None
) -> None:
    """Whether another intensiteit or omvang may take over on this day; None: it stays as it is.

    Raises Conflict, naming all faults.
    Bron: Domeinregels §4 (op-/afschalen); iStandaarden OP033x1 (another omvang is another
    toewijzing). Sinds: 0.3.0.
    """
    faults = [*faults_alive(stand)]
    if intensiteit in (None, stand.intensiteit) and omvang in (None, stand.omvang):
        if intensiteit is not None:
            reason = f"De intensiteit is al {intensiteit}."
            faults.append(Fault("intensiteit", "intensiteit_gelijk", reason))
        if omvang is not None:
            faults.append(Fault("omvang", "omvang_gelijk", "De omvang is al zo."))
    refuse([*faults, *faults_of_successor(stand, begindatum)])


def check_extension(stand: Stand, einddatum: date, today: date) -> None:
    """Whether a toewijzing may last until this day. Raises Conflict, naming all that is wrong.

    Only one that has not run out. Bron: iStandaarden OP380. Sinds: 0.3.0.
    """
    faults = [*faults_alive(stand)]
    if einddatum <= stand.periode.einddatum:
        reason = f"De toewijzing loopt al tot en met {stand.periode.einddatum}."
        faults.append(Fault("einddatum", "niet_later", reason))
    if stand.periode.einddatum < today:
        reason = "Deze toewijzing is afgelopen; geef een nieuwe."
        faults.append(Fault("einddatum", "toewijzing_afgelopen", reason))
    if stand.uiterste_einddatum and einddatum > stand.uiterste_einddatum:
        reason = f"Een voortzetting duurt ten hoogste een jaar: tot {stand.uiterste_einddatum}."
        faults.append(Fault("einddatum", "langer_dan_een_jaar", reason))
    if any(t.mijlpaal == "resultaat" and t.stand != "open" for t in stand.termijnen):
        reason = "Het resultaat is al gedeclareerd. Crediteer dat eerst."
        faults.append(Fault("einddatum", "resultaat_gedeclareerd", reason))
    refuse(faults)


def check_withdrawal(stand: Stand) -> None:
    """Whether a toewijzing may be taken back as if never given. Raises Conflict.

    Only while nothing was granted that is not credited. Bron: iStandaarden TR385 (code 9385).
    Sinds: 0.3.0.
    """
    faults = [*faults_alive(stand)]
    if any(t.stand == "toegekend" for t in stand.termijnen):
        reason = "Er is al toegekend wat niet is gecrediteerd. Beëindig de toewijzing."
        faults.append(Fault("nummer", "al_toegekend", reason))
    refuse(faults)


def check_suspension(stand: Stand, vanaf: date, today: date) -> None:
    """Whether a toewijzing may be put on hold from this day. Raises Conflict, naming all faults.

    Bron: Domeinregels §4 (a toewijzing can be put on hold). Sinds: 0.3.0.
    """
    faults = [*faults_alive(stand)]
    if stand.opgeschort_vanaf is not None:
        reason = f"De toewijzing is al opgeschort vanaf {stand.opgeschort_vanaf}."
        faults.append(Fault("vanaf", "al_opgeschort", reason))
    faults += _faults_of_day(vanaf, stand.periode.begindatum, stand.laatste_hervatting, today)
    refuse(faults)


def check_resumption(stand: Stand, vanaf: date, today: date) -> None:
    """Whether a toewijzing that is on hold may go on from this day. Raises Conflict.

    Bron: Domeinregels §4 (nothing is lost by a hold). Sinds: 0.3.0.
    """
    faults = [*faults_alive(stand)]
    if stand.opgeschort_vanaf is None:
        reason = "De toewijzing is niet opgeschort."
        faults.append(Fault("vanaf", "niet_opgeschort", reason))
    faults += _faults_of_day(vanaf, stand.periode.begindatum, stand.opgeschort_vanaf, today)
    refuse(faults)


def check_review(stand: Stand) -> None:
    """Whether there is an end by the aanbieder to judge. Raises Conflict.

    Bron: Domeinregels §4 (by aanbieder: held for review). Sinds: 0.3.0.
    """
    if not stand.is_in_beoordeling:
        raise Conflict("niet_in_beoordeling", "Er is geen beëindiging die op een oordeel wacht.")


def faults_alive(stand: Stand) -> list[Fault]:
    """The fault that a toewijzing has ended or was withdrawn, if so."""
    if stand.status not in ("beeindigd", "ingetrokken"):
        return []
    what = "beëindigd" if stand.status == "beeindigd" else "ingetrokken"
    return [Fault("nummer", f"toewijzing_{stand.status}", f"Deze toewijzing is al {what}.")]


def faults_of_successor(stand: Stand, begindatum: date) -> list[Fault]:
    """What is wrong with help that takes over from this day on, asked for as `begindatum`."""
    periode = stand.periode
    if not periode.begindatum < begindatum <= periode.einddatum:
        reason = f"Dit moet liggen na {periode.begindatum} en niet na {periode.einddatum}."
        return [Fault("begindatum", "buiten_toewijzing", reason)]
    return faults_of_end(stand, begindatum - timedelta(days=1), "begindatum")


def faults_of_end(stand: Stand, einddatum: date, field: str) -> list[Fault]:
    """What is wrong with an end on this day, as asked for in this field."""
    periode = stand.periode
    if not periode.begindatum <= einddatum <= periode.einddatum:
        reason = f"De toewijzing loopt van {periode.begindatum} tot en met {periode.einddatum}."
        return [Fault(field, "buiten_toewijzing", reason)]
    latest = max(
        (
            t.periode.begindatum
            for t in stand.termijnen
            if t.mijlpaal == "voortgang" and t.stand == "toegekend"
        ),
        default=periode.begindatum,
    )
    if einddatum >= latest:
        return []
    reason = f"De voortgang vanaf {latest} is al toegekend. Laat die eerst crediteren."
    return [Fault(field, "voortgang_toegekend", reason)]


def _faults_of_day(vanaf: date, begindatum: date, after: date | None, today: date) -> list[Fault]:
    earliest = max(begindatum, after or begindatum)
    if vanaf < earliest:
        return [Fault("vanaf", "te_vroeg", f"Dit kan niet eerder dan {earliest}.")]
    if vanaf > today:
        return [Fault("vanaf", "te_laat", f"Dit kan niet later dan {today}.")]
    return []
