"""The identity of the request that is being served: an id for logs and readers, and a user."""

from __future__ import annotations

import secrets
from contextvars import ContextVar

_request: ContextVar[str] = ContextVar("hoidap_request", default="-")
_user: ContextVar[str] = ContextVar("hoidap_user", default="")


def new_request_id() -> str:
    return secrets.token_hex(8)


def request_id() -> str:
    """The id of the request that is being served; ``-`` outside one."""
    return _request.get()


def user() -> str:
    """The name of the person who asks; empty where nobody has to log in."""
    return _user.get()


def begin(identifier: str) -> None:
    _request.set(identifier)


def identify(name: str) -> None:
    _user.set(name)
