"""Is it alive, can it answer, how much did it do: for supervisors and Prometheus."""

from __future__ import annotations

import logging
from typing import Any

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from app.web.desk import Desk
from index.types import Filters

log = logging.getLogger("hoidap.health")
SELF_QUERY = "tin mới"


def routes(desk: Desk) -> APIRouter:
    api = APIRouter(tags=["health"])

    @api.get("/livez")
    async def livez() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @api.get("/readyz", response_model=None)
    async def readyz() -> Response:
        """503 when the server is stopping or its index or model does not work."""
        if desk.draining:
            return JSONResponse({"status": "stopping"}, 503)
        try:
            state = await anyio.to_thread.run_sync(_state, desk)
        except Exception as error:
            log.exception("not ready")
            return JSONResponse({"status": "failing", "reason": type(error).__name__}, 503)
        return JSONResponse({"status": "ready", **state})

    @api.get("/metrics")
    async def metrics() -> Response:
        """Counters in Prometheus' text format."""
        return Response(desk.metrics.text(), media_type="text/plain; version=0.0.4")

    return api


def _state(desk: Desk) -> dict[str, Any]:
    """Asks the index one question of its own, so that a broken model shows."""
    desk.archive.index.search(SELF_QUERY, Filters(), 1)
    snapshot = desk.archive.snapshot
    counts = snapshot.counts
    return {
        "generation": snapshot.generation,
        "articles": counts.living,
        "passages": counts.chunks,
        "model": snapshot.spec.name,
    }
