# SPDX-License-Identifier: EUPL-1.2
"""Make, start and stop a cluster with the server's own initdb and pg_ctl."""

import os
import shlex
import shutil
import socket
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from app.db.embedded.errors import EmbeddedError
from app.db.embedded.place import Account, Place

MAJOR = "18"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100  # the system allows 107 bytes; keep clear of it
PATIENCE_SECONDS = 60
KNOWS_PROCESSES = Path("/proc/self/cwd").exists()
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # The log may be read by others than the database: no statements, no values in it.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
FAST_AND_LOOSE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start_unless_up(place: Place, *, durable: bool) -> None:
    """Bring the server up. The caller sees to it that nobody else is starting it."""
    if not place.cluster.exists():
        _make(place)
    _check(place)
    if _listens(place.cluster):
        _await_ready(place)
    else:
        _start(place, durable=durable)


def stop(place: Place) -> None:
    """Stop the server, if there is one, without waiting for its clients."""
    if not (_listens(place.cluster) or _is_alive(place)):
        return
    folder = socket_folder(place.cluster)
    try:
        _pg_ctl(place, "stop", "--mode=fast", f"--timeout={PATIENCE_SECONDS}")
    except EmbeddedError:
        if _listens(place.cluster):
            raise
    if folder != place.cluster:
        shutil.rmtree(folder, ignore_errors=True)


def socket_folder(cluster: Path) -> Path:
    """Where the running server says that its socket is."""
    return Path(_pid_file(cluster)[4])


def _make(place: Place) -> None:
    """Make the cluster beside its place and move it there when it is complete."""
    for leftover in place.home.glob("postgres.nieuw-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(dir=place.home, prefix="postgres.nieuw-"))
    _give(draft, place.account)
    settings = [f"--set={name}={value}" for name, value in SETTINGS.items()]
    made = place.account.run(
        place.programs / "initdb",
        f"--pgdata={draft}",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--locale=C",
        *settings,
    )
    if made.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise EmbeddedError(f"De database kon niet worden aangemaakt: {_complaint(made.stdout)}")
    draft.rename(place.cluster)


def _check(place: Place) -> None:
    """Refuse a cluster that this PostgreSQL cannot or may not open."""
    status = place.cluster.stat()
    if status.st_uid != place.account.uid:
        if os.geteuid() != 0:
            raise EmbeddedError(
                f"De database in {place.cluster} is van een andere gebruiker (uid {status.st_uid})."
                " Start als die gebruiker, of wijs met NOABER_DATA een andere map aan."
            )
        _give(place.cluster, place.account)
    major = (place.cluster / "PG_VERSION").read_text().strip()
    if major != MAJOR:
        raise EmbeddedError(
            f"De database in {place.cluster} is van PostgreSQL {major}, deze versie gebruikt "
            f"{MAJOR}. Zet haar over met pg_upgrade, of wijs met NOABER_DATA een andere map aan."
        )


def _start(place: Place, *, durable: bool) -> None:
    if KNOWS_PROCESSES and not _is_alive(place):
        for name in ("postmaster.pid", f"{SOCKET}.lock"):
            (place.cluster / name).unlink(missing_ok=True)
    place.log.touch(mode=0o600)
    _give(place.log, place.account)
    options = [f"-k {shlex.quote(str(_socket_folder_for(place)))}"]
    if not durable:
        options += [f"-c {setting}" for setting in FAST_AND_LOOSE]
    arguments = (f"--timeout={PATIENCE_SECONDS}", f"--log={place.log}", f"-o{' '.join(options)}")
    try:
        _pg_ctl(place, "start", *arguments)
    except EmbeddedError:
        time.sleep(1)  # of a server that was killed, the last processes may still be leaving
        _pg_ctl(place, "start", *arguments)


def _pg_ctl(place: Place, *arguments: str) -> None:
    done = place.account.run(
        place.programs / "pg_ctl", f"--pgdata={place.cluster}", "--wait", "--silent", *arguments
    )
    if done.returncode != 0:
        log = place.log.read_text(errors="replace") if place.log.exists() else ""
        raise EmbeddedError(
            f"PostgreSQL reageert niet op pg_ctl {arguments[0]}: {_complaint(log or done.stdout)} "
            f"(zie {place.log})"
        )


def _socket_folder_for(place: Place) -> Path:
    """The cluster itself, or a short temporary folder where its path is too long for a socket."""
    if len(os.fsencode(place.cluster / SOCKET)) <= SOCKET_PATH_LIMIT:
        return place.cluster
    folder = Path(tempfile.mkdtemp(prefix="noaber-", dir="/tmp"))
    _give(folder, place.account)
    return folder


def _listens(cluster: Path) -> bool:
    """Somebody answers at the socket; a killed server leaves its files but does not answer."""
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(PATIENCE_SECONDS)
            probe.connect(str(socket_folder(cluster) / SOCKET))
    except (OSError, IndexError):
        return False
    return True


def _await_ready(place: Place) -> None:
    """Wait for a server that somebody who is no longer there has just started."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with suppress(OSError, IndexError):
            if _pid_file(place.cluster)[7].strip() == "ready":
                return
        time.sleep(0.05)
    raise EmbeddedError(f"PostgreSQL komt niet op gang; zie {place.log}.")


def _is_alive(place: Place) -> bool:
    """The process in the pid file is this cluster's server.

    After a kill or a power cut its number may have gone to another process, or to a zombie.
    """
    with suppress(OSError, IndexError):
        process = Path(f"/proc/{_pid_file(place.cluster)[0]}/cwd")
        return place.account.run("test", process, "-ef", place.cluster).returncode == 0
    return False


def _pid_file(cluster: Path) -> list[str]:
    return (cluster / "postmaster.pid").read_text().splitlines()


def _give(path: Path, account: Account) -> None:
    """Hand a file, or a folder with all in it, to the server's user."""
    if os.geteuid() != 0:
        return
    os.chown(path, account.uid, account.gid)
    for folder, folders, files in os.walk(path):
        for name in (*folders, *files):
            os.chown(Path(folder, name), account.uid, account.gid, follow_symlinks=False)


def _complaint(text: str) -> str:
    """The last line that says what went wrong."""
    lines = text.strip().splitlines() or ["zonder uitleg"]
    grave = [line for line in lines if "FATAL" in line or "error:" in line]
    return (grave or lines)[-1]
