"""People who may log in: a file of names and salted scrypt hashes, and signed sessions.

The file is JSON: {"secret": hex, "users": {name: "scrypt$n$r$p$salt$hash"}}. Whoever can read it
can forge sessions and try passwords, so it is written for its owner alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import tempfile
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, replace
from pathlib import Path

from index.errors import SettingsError

log = logging.getLogger("hoidap.users")
NAME = re.compile(r"[\w.@-]{1,64}")
SESSION_SECONDS = 30 * 24 * 3600
SHORTEST = 8
_COST, _BLOCK, _PARALLEL = 2**14, 8, 1


@dataclass(frozen=True, slots=True)
class Users:
    """``hashes`` by name. ``secret`` signs sessions; a new one ends them all."""

    secret: bytes
    hashes: dict[str, str]

    def verify(self, name: str, password: str) -> bool:
        """Whether the password is right; as slow for an unknown name as for a known one."""
        known = self.hashes.get(name)
        right = _matches(password, known or _hash("nobody", b"nobody"))
        return right and known is not None

    def session(self, name: str, now: float | None = None) -> str:
        """A token that proves the name until it expires."""
        expires = int((time.time() if now is None else now) + SESSION_SECONDS)
        payload = f"{expires}:{name}".encode()
        return urlsafe_b64encode(self._sign(payload) + payload).decode()

    def session_user(self, token: str, now: float | None = None) -> str | None:
        """The name that a token proves; None when it is forged, expired or the user is gone."""
        try:
            data = urlsafe_b64decode(token.encode())
        except (Base64Error, ValueError):
            return None
        mark, payload = data[:32], data[32:]
        if not hmac.compare_digest(mark, self._sign(payload)):
            return None
        expires, _, name = payload.decode().partition(":")
        if int(expires) < (time.time() if now is None else now) or name not in self.hashes:
            return None
        return name

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self.secret, payload, hashlib.sha256).digest()


class UsersFile:
    """The users of a file, as it is now: whoever is removed from it is out at once.

    A file that cannot be read any more is logged and leaves the users as they were.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._sign()
        self._users = read_users(path)

    @property
    def users(self) -> Users:
        """The same object until the file changes."""
        seen = self._sign()
        if seen != self._seen:
            self._seen = seen
            try:
                self._users = read_users(self._path)
            except SettingsError as error:
                log.error("the users stay as they were: %s", error)
        return self._users

    def _sign(self) -> tuple[int, int]:
        """Changes with every writing: each makes a new file."""
        try:
            state = self._path.stat()
        except OSError:
            return 0, 0
        return state.st_ino, state.st_mtime_ns


def read_users(path: Path) -> Users:
    """Raises SettingsError when there is no such file or it is not one of ours."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Users(bytes.fromhex(data["secret"]), dict(data["users"]))
    except OSError as error:
        raise SettingsError(
            f"Cannot read the users in {path}: {error.strerror}. `hoidap user add` makes the file."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            f"{path} is not a file of users. Make a new one with `hoidap user add`."
        ) from None


def add_user(path: Path, name: str, password: str) -> None:
    """Add a person or change a password; the file is made when there is none.

    Raises SettingsError for a name or password that cannot be used.
    """
    if not NAME.fullmatch(name):
        raise SettingsError(f"{name!r} cannot be a name: use letters, digits and . _ @ -.")
    if len(password) < SHORTEST:
        raise SettingsError(f"A password needs {SHORTEST} characters or more.")
    users = read_users(path) if path.exists() else Users(secrets.token_bytes(32), {})
    write_users(path, replace(users, hashes={**users.hashes, name: _hash(password)}))


def remove_user(path: Path, name: str) -> None:
    users = read_users(path)
    if name not in users.hashes:
        raise SettingsError(f"{path} has no user {name!r}.")
    left = {other: value for other, value in users.hashes.items() if other != name}
    write_users(path, replace(users, hashes=left))


def write_users(path: Path, users: Users) -> None:
    """Replace the file in one step, readable for its owner alone."""
    data = json.dumps({"secret": users.secret.hex(), "users": users.hashes}, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(data + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _hash(password: str, salt: bytes | None = None) -> str:
    salt = salt or secrets.token_bytes(16)
    key = _scrypt(password, salt, _COST, _BLOCK, _PARALLEL)
    return f"scrypt${_COST}${_BLOCK}${_PARALLEL}${salt.hex()}${key.hex()}"


def _matches(password: str, stored: str) -> bool:
    try:
        _, cost, block, parallel, salt, key = stored.split("$")
        found = _scrypt(password, bytes.fromhex(salt), int(cost), int(block), int(parallel))
        return hmac.compare_digest(found, bytes.fromhex(key))
    except ValueError:
        return False


def _scrypt(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=2**26, dklen=32
    )
