# SPDX-License-Identifier: EUPL-1.2
"""The rows of a declaratie as they come in, in JSON, CSV or NDJSON, and never all at once."""

import codecs
import csv
import io
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.api.media import parse_json
from app.domain.errors import Fault, Invalid

LONGEST_ROW = 65_536
"""In characters (CSV) or bytes (NDJSON): a row that goes on is one that was never closed."""

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Rij:
    """One row: its number from 1, where it stands in words, and its fields by name.

    `velden` is a Fault when the row cannot be read by itself; the rows after it still can.
    """

    nummer: int
    plaats: str
    velden: object


@dataclass(frozen=True, slots=True)
class Kolommen:
    """The columns a CSV may have: which must be there, which hold whole numbers."""

    verplicht: Sequence[str]
    optioneel: Sequence[str]
    getallen: frozenset[str]


class Onleesbaar(Invalid):
    """From here on the rows cannot be told apart."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__("ongeldige_aanvraag", reason, (Fault("body", code, reason),))


async def json_rows(regels: Sequence[object]) -> AsyncIterator[Rij]:
    """The lines of a parsed JSON body."""
    for nummer, velden in enumerate(regels, start=1):
        yield Rij(nummer, "", velden)


async def ndjson_rows(stream: AsyncIterator[bytes]) -> AsyncIterator[Rij]:
    """One JSON object a line; empty lines are passed over. Raises Onleesbaar or Invalid."""
    nummer = regel = 0
    async for line in _lines(stream):
        regel += 1
        if line.strip():
            nummer += 1
            plaats = f"Rij {nummer} (regel {regel} van het bestand)"
            yield Rij(nummer, plaats, _parsed(line, plaats))


async def csv_rows(stream: AsyncIterator[bytes], kolommen: Kolommen) -> AsyncIterator[Rij]:
    """Rows below a header with the field names (RFC 4180). Raises Onleesbaar or Invalid."""
    namen: list[str] | None = None
    nummer = 0
    async for regel, cellen in _records(stream):
        if namen is None:
            namen = _checked_header(cellen, kolommen)
            continue
        nummer += 1
        plaats = f"Rij {nummer} (regel {regel} van het bestand)"
        yield Rij(nummer, plaats, _fields(namen, cellen, kolommen, plaats))
    if namen is None:
        raise Onleesbaar("leeg", "De inhoud is leeg; de eerste regel noemt de kolommen.")


def _fields(
    namen: Sequence[str], cellen: Sequence[str], kolommen: Kolommen, plaats: str
) -> Mapping[str, object] | Fault:
    if len(cellen) != len(namen):
        return Fault(
            "body",
            "aantal_kolommen",
            f"{plaats} heeft {len(cellen)} kolommen in plaats van {len(namen)}. "
            "Zet tekst met een komma of aanhalingsteken tussen aanhalingstekens.",
        )
    return {
        naam: int(cel) if naam in kolommen.getallen and _WHOLE_NUMBER.fullmatch(cel) else cel
        for naam, cel in zip(namen, cellen, strict=True)
        if cel
    }


def _checked_header(namen: list[str], kolommen: Kolommen) -> list[str]:
    known = {*kolommen.verplicht, *kolommen.optioneel}
    faults = [
        Fault(naam, "kolom_ontbreekt", f"De kolom {naam} ontbreekt in de eerste regel.")
        for naam in kolommen.verplicht
        if naam not in namen
    ]
    faults += [
        Fault(f"kolom {i}", "onbekende_kolom", f"Kolom {i} heeft een naam die niet bestaat.")
        for i, naam in enumerate(namen, start=1)
        if naam not in known
    ]
    faults += [
        Fault(naam, "dubbele_kolom", f"De kolom {naam} staat er meer dan één keer.")
        for naam in sorted(known)
        if namen.count(naam) > 1
    ]
    if faults:
        detail = "De eerste regel noemt niet de juiste kolommen."
        if len(namen) == 1 and re.search(r"[;\t|]", namen[0]):
            detail += " Scheid de kolommen met een komma."
        raise Invalid("ongeldige_aanvraag", detail, tuple(faults))
    return namen


async def _records(stream: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, list[str]]]:
    """The records of a CSV, each with the line of the file on which it ends."""
    regel = 0
    rest = ""
    async for text in _decoded(stream):
        rest += text
        cut = _end_of_last_record(rest)
        for line, cellen in _parse_csv(rest[:cut], regel):
            yield line, cellen
        regel += rest.count("\n", 0, cut)
        rest = rest[cut:]
        if len(rest) > LONGEST_ROW:
            raise Onleesbaar(
                "rij_te_lang",
                f"De rij die begint op regel {regel + 1} van het bestand houdt niet op. "
                "Staat er een aanhalingsteken dat niet wordt gesloten?",
            )
    if rest.count('"') % 2:
        raise Onleesbaar(
            "aanhalingsteken_open",
            f"Vanaf regel {regel + 1} van het bestand staat een aanhalingsteken dat niet wordt "
            "gesloten.",
        )
    for line, cellen in _parse_csv(rest, regel):
        yield line, cellen


def _end_of_last_record(text: str) -> int:
    """Just after the last line end that stands outside quotes; 0 when there is none."""
    end = text.rfind("\n") + 1
    inside = text.count('"', 0, end) % 2
    while inside and end:
        start = text.rfind("\n", 0, end - 1) + 1
        inside ^= text.count('"', start, end) % 2
        end = start
    return end


def _parse_csv(text: str, regels_ervoor: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for cellen in reader:
            if cellen:
                yield regels_ervoor + reader.line_num, cellen
    except csv.Error:
        raise Onleesbaar(
            "ongeldige_csv",
            f"Regel {regels_ervoor + reader.line_num} van het bestand is geen geldige CSV: "
            "een aanhalingsteken staat op de verkeerde plaats of wordt niet gesloten.",
        ) from None


async def _decoded(stream: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The text of a stream in UTF-8, without a BOM."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")("strict")
    regel = 1
    try:
        async for chunk in stream:
            text = decoder.decode(chunk)
            regel += text.count("\n")
            yield text
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        regel += error.object.count(b"\n", 0, error.start)
        raise Onleesbaar(
            "geen_utf8",
            f"Regel {regel} van het bestand is geen UTF-8. Sla het op als UTF-8, niet Latin-1.",
        ) from None


async def _lines(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in stream:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_ROW:
            raise Onleesbaar("rij_te_lang", "De inhoud bevat een regel die niet ophoudt.")
        for line in lines:
            yield line
    yield rest


def _parsed(line: bytes, plaats: str) -> object:
    try:
        return parse_json(line)
    except Invalid as error:
        return Fault("body", error.code, f"{plaats}: {error.detail}")
