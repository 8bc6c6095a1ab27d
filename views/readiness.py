"""Whether the server can be sent visitors: ``/health`` says that it lives, ``/ready`` that a page can be drawn."""

from __future__ import annotations

import logging
import threading

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from store.errors import OutcomesError

_LOG = logging.getLogger(__name__)

WARMED = threading.Event()
"""Set once the pages' code is loaded and the place that opens first is studied, or could not be."""


def why_not_ready() -> str | None:
    """Why no page can be drawn yet, in a sentence; None when one can."""
    # Loaded with the pages: what they cache is kept by the server, which must be there first.
    from views import access

    if not WARMED.is_set():
        return "The first page is being made ready."
    try:
        in_use = access.store()
        in_use.measures()
    except OutcomesError as error:
        return str(error)
    except Exception:
        # Whatever is wrong with the file: the host finds it in the log, and strangers are told no more than that it is so.
        _LOG.exception("The database could not be read.")
        return "The database cannot be read: the server's log says why."
    return None


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _ready(_request: Request) -> Response:
    # In a thread: opening a database takes a moment, in which the others are served.
    reason = await run_in_threadpool(why_not_ready)
    if reason is None:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready", "reason": reason}, status_code=503, headers={"Retry-After": "5"})


async def _robots(_request: Request) -> Response:
    # Robots are let in on purpose: one that is kept out never reads the header that asks it not to list the pages.
    return PlainTextResponse("User-agent: *\nDisallow:\n")


def routes() -> list[Route]:
    """What the server answers beside the pages."""
    return [Route("/health", _health), Route("/ready", _ready), Route("/robots.txt", _robots)]
