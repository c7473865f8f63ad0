# SPDX-License-Identifier: EUPL-1.2
"""Write kostenregels to a file, the way GET /kostenregels sends them."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from pydantic import ValidationError

from app.api.kosten import KostenregelsQuery
from app.api.reasons import fault_of
from app.db import catalogus
from app.db.binding import Binding
from app.db.connection import freeze, open_pool
from app.db.kostenregels import Keuze, count_kostenregels
from app.demo.progress import progress_bar
from app.domain.errors import Invalid, NotFound, Unavailable
from app.exports.formats import FORMATS, Format

REASONS = {
    errno.ENOSPC: "de schijf is vol",
    errno.EDQUOT: "de schijfruimte van deze gebruiker is op",
    errno.EACCES: "geen schrijfrechten",
    errno.EPERM: "geen schrijfrechten",
    errno.EROFS: "de schijf is alleen te lezen",
    errno.ENOENT: "de map is er niet",
    errno.ENOTDIR: "de map is er niet",
    errno.EFBIG: "het bestand wordt te groot",
    errno.ENAMETOOLONG: "de naam is te lang",
}


def read_keuze(gemeente: str, vanaf: str, tot_en_met: str, bekend_op: str | None = None) -> Keuze:
    """What was chosen on the command line, judged as the API does. Raises Invalid."""
    given = {"gemeente": gemeente, "vanaf": vanaf, "totEnMet": tot_en_met}
    given |= {"bekendOp": bekend_op} if bekend_op else {}
    try:
        query = KostenregelsQuery.model_validate(given)
    except ValidationError as error:
        faults = [fault_of(details) for details in error.errors(include_url=False)]
        reasons = (f"{given.get(fault.name, fault.name)}: {fault.reason}" for fault in faults)
        raise Invalid("ongeldige_opdracht", "\n".join(reasons)) from None
    return Keuze(gemeente, query.vanaf, query.tot_en_met, query.bekend_op)


def read_format(name: str | None, file: Path) -> Format:
    """The format asked for, else that of the file's extension. Raises Invalid."""
    extension = file.suffix.removeprefix(".")
    found = FORMATS.get((name or extension).lower())
    if found is None:
        known = ", ".join(FORMATS)
        raise Invalid("formaat", f"{name or file} is geen bekend formaat. Kies uit {known}.")
    return found


async def export_file(database_url: str, keuze: Keuze, form: Format, file: Path) -> int:
    """Give the number of lines, when the file is whole; until then there is none.

    Raises NotFound, Unavailable.
    """
    with _written_whole(file) as draft, progress_bar() as progress:

        async def sink(piece: bytes) -> None:
            rest = memoryview(piece)
            with _plain_errors(file):
                while rest:
                    rest = rest[draft.write(rest) :]

        async with (
            await open_pool(database_url) as pool,
            pool.lent(Binding(gemeente=keuze.gemeente)) as db,
            db.transaction(),
        ):
            await freeze(db)
            if keuze.gemeente not in await catalogus.find_gemeentecodes(db):
                raise NotFound("gemeente", f"Er is geen gemeente met code {keuze.gemeente}.")
            total = await count_kostenregels(db, keuze)
            task = progress.add_task(file.name, total=total)
            await form.stream(db, sink, keuze, lambda lines: progress.advance(task, lines))
    return total


@contextmanager
def _written_whole(file: Path) -> Iterator[BinaryIO]:
    """A draft beside the file, which takes its place at the end, or is removed."""
    with _plain_errors(file):
        whole = file.resolve()
        if whole.exists() and not whole.is_file():
            raise Invalid("geen_bestand", f"{file} is geen gewoon bestand.")
        path = whole.with_name(f".{whole.name}.{token_hex(4)}.deel")
        draft = path.open("xb", buffering=0)
    try:
        with draft:
            yield draft
            with _plain_errors(file):
                os.fsync(draft.fileno())
        with _plain_errors(file):
            path.replace(whole)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@contextmanager
def _plain_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = REASONS.get(error.errno or 0, error.strerror or str(error))
        raise Unavailable("bestand", f"{file} is niet te schrijven: {reason}.") from error
