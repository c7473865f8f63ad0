# SPDX-License-Identifier: EUPL-1.2
"""Copies of a database by PostgreSQL's own pg_dump and pg_restore, made in one snapshot."""

import asyncio
import os
import re
import shutil
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import asyncpg

from app.db import embedded, migrate
from app.domain.errors import Invalid, Unavailable

Tell = Callable[[str], None]
"""Told of each table and each other thing that is begun with."""

STEP = re.compile(r"^pg_\w+: (?:dumping contents of|processing data for|creating) (.+)$")
COMPLAINT = re.compile(r"^pg_\w+: error: (.*)$", re.MULTILINE)
ENTRY = re.compile(r"^[0-9]+; ", re.MULTILINE)
REVISION = re.compile(r"^COPY public\.alembic_version .*\n(\S+)$", re.MULTILINE)

LONGEST_LINE = 2**24

HAS_TABLES = """
SELECT EXISTS (
    SELECT FROM pg_class
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
      AND relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
)
"""
COUNT_TABLES = """
SELECT count(*) FROM pg_class
WHERE relkind = 'r' AND relpersistence = 'p'
  AND relnamespace::regnamespace::text !~ '^(pg_|information_schema$)'
"""
IS_USED = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND coalesce(backend_type, 'client backend') = 'client backend'
)
"""
EMPTY = "DROP SCHEMA IF EXISTS wachtrij, zicht, public CASCADE; CREATE SCHEMA public"


async def ask(url: str, question: str) -> object:
    """The one value that answers a question."""
    async with _connected(url) as db:
        answer: object = await db.fetchval(question)
        return answer


async def run(url: str, statement: str) -> None:
    """Do this on a connection of its own."""
    async with _connected(url) as db:
        await db.execute(statement)


async def dump(url: str, file: Path, tell: Tell) -> None:
    """Write all of a database to a file that only we can read. Raises Unavailable."""
    program = await _find_program("pg_dump", await _major(url))
    target, secret = _without_password(url)
    options = ("--format=custom", "--no-owner", "--no-privileges", "--no-unlogged-table-data")
    await _run(program, (*options, "--verbose", f"--file={file}", target), secret, tell)


async def restore(url: str, file: Path, tell: Tell) -> None:
    """Fill an empty database from a file, whole or not at all. Raises Unavailable."""
    program = await _find_program("pg_restore", await _major(url))
    target, secret = _without_password(url)
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    await _run(program, (*options, "--verbose", f"--dbname={target}", str(file)), secret, tell)
    await run(url, "ANALYZE")


async def check(file: Path) -> int:
    """Read a copy from beginning to end; gives how many things are in it.

    Raises Invalid when it is no whole copy of a database that this version can use.
    """
    program = await _find_program("pg_restore", 0)
    listed = await _output(program, "--list", str(file))
    named = await _output(program, "--data-only", "--table=alembic_version", "--file=-", str(file))
    await _output(program, "--file=/dev/null", str(file))
    revision = REVISION.search(named)
    if revision is None:
        raise Invalid("geen_backup", f"{file} is geen backup van Noaber.")
    if not migrate.knows(revision[1]):
        raise Invalid("nieuwere_backup", f"{file} is van een nieuwere versie van Noaber.")
    return len(ENTRY.findall(listed))


async def _find_program(name: str, major: int) -> Path:
    """Ours or that of the system: the first that suits a server, best the one of its own version.

    Ours has no TLS; it comes last.
    """
    found: dict[int, Path] = {}
    for path in (shutil.which(name), embedded.find_program(name)):
        if path:
            version = re.findall(r" ([0-9]+)", await _output(Path(path), "--version"))
            found.setdefault(int(version[0]), Path(path))
    suitable = [version for version in found if version >= major]
    if not suitable:
        raise Unavailable("programma_ontbreekt", f"{name} {major} of later staat niet op het pad.")
    return found[min(suitable) if major else max(suitable)]


def _without_password(url: str) -> tuple[str, dict[str, str]]:
    """An address to show on a command line, where others may read it, and what was left out."""
    parts = urlsplit(url)
    user, _, secret = parts.netloc.rpartition("@")[0].partition(":")
    query = dict(parse_qsl(parts.query))
    password = query.pop("password", unquote(secret))
    host = parts.netloc.rpartition("@")[2]
    bare = parts._replace(
        netloc=f"{user}@{host}" if user else host, query=urlencode(query, quote_via=quote)
    )
    return bare.geturl(), {"PGPASSWORD": password} if password else {}


async def _run(
    program: Path, arguments: Sequence[str], secret: Mapping[str, str], tell: Tell
) -> None:
    complaint = ""
    async with _started(program, arguments, secret) as process:
        assert process.stderr is not None
        async for line in process.stderr:
            text = line.decode(errors="replace").rstrip()
            if step := STEP.match(text):
                tell(step[1])
            elif error := COMPLAINT.match(text):
                complaint = complaint or error[1]
    if process.returncode:
        raise Unavailable("kopie_mislukt", f"{program.name} is mislukt: {complaint}")


async def _output(program: Path, *arguments: str) -> str:
    async with _started(program, arguments, {}) as process:
        output, errors = await process.communicate()
    if process.returncode:
        error = COMPLAINT.search(errors.decode(errors="replace"))
        raise Invalid("onleesbaar", f"{program.name} is mislukt: {error[1] if error else '?'}")
    return output.decode()


@asynccontextmanager
async def _started(
    program: Path, arguments: Sequence[str], secret: Mapping[str, str]
) -> AsyncIterator[Process]:
    """A program at work; whoever leaves early stops it."""
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        limit=LONGEST_LINE,
        env={**os.environ, "LC_ALL": "C", **secret},
        umask=0o077,
    )
    try:
        yield process
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _major(url: str) -> int:
    return int(str(await ask(url, "SHOW server_version_num"))) // 10_000


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    db = await asyncpg.connect(url, statement_cache_size=0)
    try:
        yield db
    finally:
        await db.close()
