"""
The folders of the local servers: their owners and their locks.

PostgreSQL refuses to run as root, so under root (mostly in a container) both servers run as the
account ``nobody``, which must own the data and be able to reach it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import attrs

from entrypoints.local.errors import CannotStart

SERVER_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
LOCK_POLL_S = 0.05
# A server whose supervisor was killed is still writing its last checkpoint.
LOCK_WAIT_S = 15.0


@attrs.frozen
class Account:
    """The operating system account that a server runs as."""

    uid: int
    gid: int

    def reaches(self, path: Path) -> bool:
        """Say whether this account may enter every folder above ``path``."""
        return all(self._enters(folder) for folder in path.absolute().parents)

    def _enters(self, folder: Path) -> bool:
        status = folder.stat()
        match status:
            case os.stat_result(st_uid=self.uid):
                return bool(status.st_mode & 0o100)
            case os.stat_result(st_gid=self.gid):
                return bool(status.st_mode & 0o010)
            case _:
                return bool(status.st_mode & 0o001)


def server_account() -> Account | None:
    """Return the account ``nobody`` under root, else None: the servers run as the current account."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def settle(directory: Path, *, account: Account | None) -> Path:
    """
    Create the folder of a server, owned by ``account``, and return it.

    It is ``directory`` itself, unless the account cannot reach that (a checkout under a 0700 home):
    then ``directory`` becomes a link to a private folder in ``/var/tmp``.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    if account is not None and not directory.exists() and not account.reaches(directory):
        directory.unlink(missing_ok=True)
        # Unlike /tmp, /var/tmp survives a reboot.
        directory.symlink_to(tempfile.mkdtemp(prefix="stack-service-", dir="/var/tmp"))
    place = directory.resolve()
    place.mkdir(mode=0o700, exist_ok=True)
    if account is not None:
        _hand_over(place, account=account)
    return place


def _hand_over(place: Path, *, account: Account) -> None:
    if place.stat().st_uid == account.uid:
        return
    for path in (*place.rglob("*"), place):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def write_private(path: Path, text: str, *, account: Account | None) -> None:
    """Replace ``path`` with ``text``, readable by its account only."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)
    if account is not None:
        os.chown(path, account.uid, account.gid)


def package_folder(name: str) -> Path:
    """
    Return the folder of the package ``name`` without importing it. Raises ``CannotStart``.

    Importing either wheel has side effects (a system user, a warning about XDG_RUNTIME_DIR).
    """
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CannotStart(f"the package {name} is not installed; `make run` installs it")
    return Path(spec.origin).parent


def copied(folders: tuple[Path, ...], *, into: Path) -> None:
    """Copy ``folders`` side by side into ``into``, completely or not at all."""
    if into.exists():
        return
    unfinished = into.with_name(f"{into.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    for folder in folders:
        shutil.copytree(folder, unfinished / folder.name, symlinks=True)
    unfinished.chmod(0o755)
    unfinished.rename(into)


@contextlib.contextmanager
def locked(path: Path, *, wait_s: float = LOCK_WAIT_S) -> Iterator[int]:
    """
    Lock the file ``path`` and yield its descriptor.

    A child that inherits the descriptor keeps the lock until it ends, even if this process is
    killed. Raises CannotStart when another process still holds the lock after ``wait_s`` seconds.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _acquire(descriptor, path=path, wait_s=wait_s)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Say whether a process has locked ``path``. Raises ``OSError`` when there is no such file."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _acquire(descriptor: int, *, path: Path, wait_s: float) -> None:
    deadline_s = time.monotonic() + wait_s
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline_s:
                holder = os.pread(descriptor, 20, 0).decode() or "unknown"
                raise CannotStart(
                    f"{path.parent} is in use by another run (process {holder}); stop that one first"
                ) from None
        time.sleep(LOCK_POLL_S)
