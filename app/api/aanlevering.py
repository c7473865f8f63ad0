# SPDX-License-Identifier: EUPL-1.2
"""The rows of a declaratie as they come in, in JSON, CSV or NDJSON, and never all at once."""

import csv
import io
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.api.media import parse_json
from app.domain.errors import Fault, Invalid

LONGEST_ROW = 65_536
"""In bytes: a row that goes on is one that was never closed."""

COLUMNS = (
    "referentie",
    "toewijzingNummer",
    "mijlpaal",
    "begindatum",
    "einddatum",
    "bedragCenten",
    "debetCredit",
    "vorigeReferentie",
    "volume",
    "eenheid",
)
"""The columns of a line in the order in which they are kept; the last three may be absent."""

NEEDED = COLUMNS[:-3]
WITHOUT_VOLUME = COLUMNS[:-2]
WHOLE_NUMBERS = frozenset({"toewijzingNummer", "bedragCenten", "volume"})

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_BOM = b"\xef\xbb\xbf"

# A line that says in the plainest way what it says, and is right in its shape: no quotes, no
# signs outside ASCII, no spaces around, no 29 February. Most lines of most files; the others are
# read one by one.
_WORD = rb"[!#-+\--~](?:[ !#-+\--~]{0,18}[!#-+\--~])?"
_DAY = (
    rb"(?:19|20|21)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    rb"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_PLAIN_LINE = (
    rb"%b,[1-9][0-9]{0,8},(?:start|voortgang|resultaat),%b,%b,"
    rb"(?:0|[1-9][0-9]{0,11}),(?:debet|credit),(?:%b)?" % (_WORD, _DAY, _DAY, _WORD)
)
_PLAIN_LINES = re.compile(rb"(?:%b\n)*+" % _PLAIN_LINE)
_PLAIN_LINES_WITH_VOLUME = re.compile(
    rb"(?:%b(?:,,|,(?:0|[1-9][0-9]{0,7}),(?:01|04|14|16|84))\n)*+" % _PLAIN_LINE
)
_PERIOD = re.compile(rb",([0-9-]{10}),([0-9-]{10}),")


@dataclass(frozen=True, slots=True)
class Rij:
    """One row to be read: its number from 1, where it stands in words, its fields by name.

    `velden` is a Fault when the row cannot be read by itself; the rows after it still can.
    """

    nummer: int
    plaats: str
    velden: object


@dataclass(frozen=True, slots=True)
class Blok:
    """Lines that are right as they stand: CSV in the order of COLUMNS, or of WITHOUT_VOLUME."""

    lines: list[bytes]


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


async def csv_rows(stream: AsyncIterator[bytes]) -> AsyncIterator[Rij | Blok]:
    """Rows below a header with the field names (RFC 4180). Raises Onleesbaar or Invalid."""
    namen: list[str] | None = None
    nummer = 0
    async for regel, block in _blocks(stream):
        first, records = regel, block
        if namen is None:
            namen, records = _header(block, regel)
            first += 1
        if lines := _plain_lines(namen, records):
            nummer += len(lines)
            yield Blok(lines)
            continue
        for last_line, cellen in _parse_csv(records, first):
            nummer += 1
            plaats = f"Rij {nummer} (regel {last_line} van het bestand)"
            yield Rij(nummer, plaats, _fields(namen, cellen, plaats))
    if namen is None:
        raise Onleesbaar("leeg", "De inhoud is leeg; de eerste regel noemt de kolommen.")


def _plain_lines(namen: Sequence[str], block: bytes) -> list[bytes] | None:
    """The lines of a block, when each of them is plain and right; else None."""
    block = block.replace(b"\r\n", b"\n")
    plain = _PLAIN_LINES
    if tuple(namen) == NEEDED:
        block = block.replace(b"\n", b",\n")
    elif tuple(namen) == COLUMNS:
        plain = _PLAIN_LINES_WITH_VOLUME
    elif tuple(namen) != WITHOUT_VOLUME:
        return None
    if not plain.fullmatch(block):
        return None
    if plain is _PLAIN_LINES_WITH_VOLUME:
        block = block.replace(b",,\n", b"\n")
    if any(einde < begin for begin, einde in _PERIOD.findall(block)):
        return None
    return block.splitlines(keepends=True)


def as_kept(lines: Sequence[bytes], before: bytes, first: int) -> bytes:
    """Lines in the order of COLUMNS as the database keeps them, numbered from `first`.

    Each gets its number, `before` and its volume and eenheid in front, and says whether it is a
    credit.
    """
    form = b"%d" + before + b",,%b"
    text = b"".join([form % line for line in enumerate(lines, start=first)])
    told = text.count(b",debet,") + text.count(b",credit,")
    commas = len(lines) * (before.count(b",") + len(WITHOUT_VOLUME) + 1)
    # A comma may stand inside quotes, and a referentie may be one of these words.
    if b'"' in text or told != len(lines) or text.count(b",") != commas:
        return b"".join(
            b"%d%b%b" % (number, before, _as_kept(line))
            for number, line in enumerate(lines, start=first)
        )
    return text.replace(b",debet,", b",f,").replace(b",credit,", b",t,")


def _as_kept(line: bytes) -> bytes:
    (cells,) = csv.reader([line.decode()])
    *sent, debet_credit, vorige = cells[: len(WITHOUT_VOLUME)]
    omvang = cells[len(WITHOUT_VOLUME) :] or ["", ""]
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerow(
        (*omvang, *sent, "t" if debet_credit == "credit" else "f", vorige)
    )
    return buffer.getvalue().encode()


def _fields(
    namen: Sequence[str], cellen: Sequence[str], plaats: str
) -> Mapping[str, object] | Fault:
    if len(cellen) != len(namen):
        return Fault(
            "body",
            "aantal_kolommen",
            f"{plaats} heeft {len(cellen)} kolommen in plaats van {len(namen)}. "
            "Zet tekst met een komma of aanhalingsteken tussen aanhalingstekens.",
        )
    return {
        naam: int(cel) if naam in WHOLE_NUMBERS and _WHOLE_NUMBER.fullmatch(cel) else cel
        for naam, cel in zip(namen, cellen, strict=True)
        if cel
    }


def _header(block: bytes, regel: int) -> tuple[list[str], bytes]:
    """The names of the columns in the first line of a block, and what comes after that line."""
    line, _, rest = block.removeprefix(_BOM).partition(b"\n")
    if b"\r" in line.removesuffix(b"\r"):
        raise Onleesbaar(
            "regeleinde", "Regels eindigen op CR LF of LF; in de eerste staat een losse CR."
        )
    for _, namen in _parse_csv(line, regel):
        return _checked_header(namen), rest
    raise Onleesbaar("kop_ontbreekt", "De eerste regel is leeg; zij noemt de kolommen.")


def _checked_header(namen: list[str]) -> list[str]:
    faults = [
        Fault(naam, "kolom_ontbreekt", f"De kolom {naam} ontbreekt in de eerste regel.")
        for naam in NEEDED
        if naam not in namen
    ]
    faults += [
        Fault(f"kolom {i}", "onbekende_kolom", f"Kolom {i} heeft een naam die niet bestaat.")
        for i, naam in enumerate(namen, start=1)
        if naam not in COLUMNS
    ]
    faults += [
        Fault(naam, "dubbele_kolom", f"De kolom {naam} staat er meer dan één keer.")
        for naam in COLUMNS
        if namen.count(naam) > 1
    ]
    if faults:
        detail = "De eerste regel noemt niet de juiste kolommen."
        if len(namen) == 1 and re.search(r"[;\t|]", namen[0]):
            detail += " Scheid de kolommen met een komma."
        raise Invalid("ongeldige_aanvraag", detail, tuple(faults))
    return namen


async def _blocks(stream: AsyncIterator[bytes]) -> AsyncIterator[tuple[int, bytes]]:
    """Whole records, many at a time, with the number of the line on which they begin."""
    regel = 1
    rest = b""
    async for chunk in stream:
        rest += chunk
        cut = _end_of_last_record(rest)
        if cut:
            yield regel, rest[:cut]
        regel += rest.count(b"\n", 0, cut)
        rest = rest[cut:]
        if len(rest) > LONGEST_ROW:
            raise Onleesbaar(
                "rij_te_lang",
                f"De rij die begint op regel {regel} van het bestand houdt niet op. "
                "Staat er een aanhalingsteken dat niet wordt gesloten?",
            )
    if rest.count(b'"') % 2:
        raise Onleesbaar(
            "aanhalingsteken_open",
            f"Vanaf regel {regel} van het bestand staat een aanhalingsteken dat niet wordt "
            "gesloten.",
        )
    if rest:
        yield regel, rest + b"\n"


def _end_of_last_record(block: bytes) -> int:
    """Just after the last line end that stands outside quotes; 0 when there is none."""
    end = block.rfind(b"\n") + 1
    inside = block.count(b'"', 0, end) % 2
    while inside and end:
        start = block.rfind(b"\n", 0, end - 1) + 1
        inside ^= block.count(b'"', start, end) % 2
        end = start
    return end


def _parse_csv(block: bytes, regel: int) -> Iterator[tuple[int, list[str]]]:
    """The records of a block, each with the line of the file on which it ends."""
    reader = csv.reader(io.StringIO(_decoded(block, regel), newline=""), strict=True)
    try:
        for cellen in reader:
            if cellen:
                yield regel + reader.line_num - 1, cellen
    except csv.Error:
        raise Onleesbaar(
            "ongeldige_csv",
            f"Regel {regel + reader.line_num - 1} van het bestand is geen geldige CSV: "
            "een aanhalingsteken staat op de verkeerde plaats of wordt niet gesloten.",
        ) from None


def _decoded(block: bytes, regel: int) -> str:
    try:
        return block.decode()
    except UnicodeDecodeError as error:
        regel += block.count(b"\n", 0, error.start)
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
