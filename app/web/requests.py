"""The identity of the request that is being served: its id, the person and the address.

`Envelope` and `Login` write them into headers of their own (and take away what a client sent under
these names), since Gradio's queue runs a question outside of the request's context.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from contextvars import ContextVar

ID_HEADER = "x-request-id"
USER_HEADER = "x-hoidap-user"

_ID = re.compile(r"[\w-]{8,64}")
_request: ContextVar[str] = ContextVar("hoidap_request", default="-")
_user: ContextVar[str] = ContextVar("hoidap_user", default="")
_address: ContextVar[str] = ContextVar("hoidap_address", default="")


def request_id() -> str:
    """The id of the request that is being served; ``-`` outside one."""
    return _request.get()


def user() -> str:
    """The name of the person who asks; empty where nobody has to log in."""
    return _user.get()


def address() -> str:
    """Where the request comes from; behind a trusted proxy what that says."""
    return _address.get()


def usable_id(proposed: str | None) -> str:
    """The id that a proxy gave, when it looks like one, else a new one."""
    if proposed and _ID.fullmatch(proposed):
        return proposed
    return secrets.token_hex(8)


def identify(name: str) -> None:
    """Say who is asking, once that is known."""
    _user.set(name)


def adopt(headers: Mapping[str, str], host: str) -> None:
    """Take over the identity of the request that these headers belong to."""
    _request.set(headers.get(ID_HEADER, "-"))
    _user.set(headers.get(USER_HEADER, ""))
    _address.set(host)
