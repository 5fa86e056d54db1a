"""Text from an OpenAI-compatible endpoint, as it is written, within a time and a size.

Whatever goes wrong is a GenerationFailed whose message names the fault and never the key. A request
that has said nothing yet is tried once more when that can help. No tools are offered and no
redirect is followed, so that a model can reach nothing and a key goes to no other host.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from index.errors import GenerationFailed
from qa.prompts import Messages

LONGEST_REPLY = 6_000
"""Characters of an answer; the token limit is asked of the server, this one is kept by us."""

PULSE = 0.25
"""Seconds of silence after which the listener is asked whether it still listens."""

_LONGEST_BODY = 4_000_000
_PAUSE = 0.3
_WORTH_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``timeout`` is in seconds, for the whole answer with its second try.

    ``prompt_tokens`` and ``max_tokens`` together must fit into the model's context.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    timeout: float = 60.0
    prompt_tokens: int = 3_000
    max_tokens: int = 400

    @property
    def url(self) -> str:
        return f"{self.base_url.rstrip('/')}/chat/completions"


class _Fault(Exception):
    """What ended one try; ``again`` tells whether another may do better."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


def stream_text(endpoint: Endpoint, messages: Messages) -> Iterator[str]:
    """Pieces of the reply. Raises GenerationFailed unless the reply came to its end.

    The reading is done by a thread, so that the deadline holds whatever the server does. While the
    server is silent empty pieces are yielded, so that who does not want to wait can close this.
    """
    deadline = time.monotonic() + endpoint.timeout
    pieces: queue.SimpleQueue[str | _Fault | None] = queue.SimpleQueue()
    stop = threading.Event()
    arguments = (endpoint, messages, deadline, pieces, stop)
    threading.Thread(target=_work, args=arguments, name="hoidap-llm", daemon=True).start()
    said = 0
    try:
        while True:
            left = deadline - time.monotonic()
            try:
                piece = pieces.get(timeout=max(0.0, min(PULSE, left)))
            except queue.Empty:
                if left > PULSE:
                    yield ""
                    continue
                raise GenerationFailed(f"no answer within {endpoint.timeout:g} s") from None
            if piece is None:
                return
            if isinstance(piece, _Fault):
                raise GenerationFailed(str(piece))
            said += len(piece)
            if said > LONGEST_REPLY:
                raise GenerationFailed(f"the reply is longer than {LONGEST_REPLY:,} characters")
            yield piece
    finally:
        stop.set()


def _work(
    endpoint: Endpoint,
    messages: Messages,
    deadline: float,
    pieces: queue.SimpleQueue[str | _Fault | None],
    stop: threading.Event,
) -> None:
    for attempt in (1, 2):
        said = False
        try:
            for piece in _attempt(endpoint, messages, deadline):
                if stop.is_set():
                    return
                said = True
                pieces.put(piece)
            pieces.put(None)
            return
        except _Fault as fault:
            if said or attempt == 2 or not fault.again or stop.wait(_PAUSE):
                pieces.put(fault)
                return
        except Exception as error:
            pieces.put(_Fault(f"the request failed ({type(error).__name__})"))
            return


def _attempt(endpoint: Endpoint, messages: Messages, deadline: float) -> Iterator[str]:
    import httpx

    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": messages,
        "stream": True,
        "temperature": 0,
        "max_tokens": endpoint.max_tokens,
    }
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
    if endpoint.api_key:
        headers["Authorization"] = f"Bearer {endpoint.api_key}"
    left = max(0.1, deadline - time.monotonic())
    try:
        with (
            httpx.Client(timeout=left, follow_redirects=False) as client,
            client.stream("POST", endpoint.url, json=body, headers=headers) as response,
        ):
            status = response.status_code
            if status != 200:
                raise _Fault(f"the server answered {status}", again=status in _WORTH_AGAIN)
            yield from _contents(_lines(response.iter_raw(), deadline))
    except httpx.ConnectError:
        raise _Fault("the server cannot be reached", again=True) from None
    except httpx.TimeoutException:
        raise _Fault("the server was too slow") from None
    except httpx.HTTPError:
        raise _Fault("the connection broke", again=True) from None


def _lines(chunks: Iterable[bytes], deadline: float) -> Iterator[str]:
    """Lines of the body, which may not be endless in size or time."""
    kept, read = b"", 0
    for chunk in chunks:
        read += len(chunk)
        if read > _LONGEST_BODY or time.monotonic() > deadline:
            raise _Fault("the server sends without end")
        *whole, kept = (kept + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", "replace").strip()
    if kept.strip():
        yield kept.decode("utf-8", "replace").strip()


def _contents(lines: Iterable[str]) -> Iterator[str]:
    """What the events say, up to the one that ends the reply."""
    finished: str | None = None
    for line in lines:
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if data == "[DONE]":
            break
        try:
            event = json.loads(data)
            choices = event.get("choices") or []
            if event.get("error"):
                raise _Fault("the server reported an error", again=True)
            text = (choices[0].get("delta") or {}).get("content") if choices else None
            finished = (choices[0].get("finish_reason") if choices else None) or finished
        except (ValueError, AttributeError, TypeError, KeyError, IndexError, RecursionError):
            raise _Fault("the stream is broken", again=True) from None
        if isinstance(text, str) and text:
            yield text
    if finished == "stop":
        return
    if finished == "length":
        raise _Fault("the reply was cut at its token limit")
    raise _Fault("the stream ended half way", again=True)
