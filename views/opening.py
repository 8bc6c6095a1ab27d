"""What the default page shows at once, before its program has loaded: kept from visit to visit, for as long as it is true."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from indicators import Finding, Studied
from outputs.opening import opening_html
from outputs.plans import series_plan
from outputs.story import Paragraph
from store.errors import OutcomesError
from store.place import Place
from views.record import PAGES
from views.shell import shell

_MOST = 256
_FRESH = {"Cache-Control": "no-cache"}
_KEPT: OrderedDict[tuple[str, str, str], str] = OrderedDict()
_LOCK = threading.Lock()


def keep(
    place: Place, findings: Sequence[Finding], first_line: str, story: Sequence[Paragraph], drawn: Studied | None
) -> None:
    """Keep how this place's page begins; never a draft, which is nobody else's to see."""
    from views import access

    if access.draft() == place:
        return
    key = (access.store().key, access.today().isoformat(), place.slug)
    with _LOCK:
        if key in _KEPT:
            return
    chart = None
    if drawn is not None and drawn.series is not None:
        plan = series_plan(drawn.finding, drawn.series, place, access.breaks_of(drawn.finding))
        chart = None if plan.is_empty else (plan, drawn.finding)
    html = opening_html(place, findings, first_line, story, chart, is_sample=access.store().is_sample())
    with _LOCK:
        for past in [other for other in _KEPT if other[:2] != key[:2]]:
            del _KEPT[past]
        _KEPT[key] = html
        while len(_KEPT) > _MOST:
            _KEPT.popitem(last=False)


def kept(slug: str | None) -> str:
    """How the page of this place, or of the one that opens first, begins; empty where nobody has opened it since the
    figures were last changed.
    """
    # Loaded with the pages, here and above: what they cache is kept by the server, which must be there first.
    from views import access

    try:
        in_use = access.store()
        wanted = slug or next(iter(access.published(in_use)), "")
    except OutcomesError:
        return ""  # the page itself says what is wrong
    with _LOCK:
        return _KEPT.get((in_use.key, access.today().isoformat(), wanted), "")


async def _page(request: Request) -> Response:
    asked = request.query_params
    # With any other choice in its link the page is another one.
    begins = await run_in_threadpool(kept, asked.get("area")) if set(asked) <= {"area"} else ""
    return HTMLResponse(shell(begins), headers=_FRESH)


async def _other_page(_request: Request) -> Response:
    return HTMLResponse(shell(), headers=_FRESH)


def routes() -> list[Route]:
    """The document of every page."""
    return [Route("/", _page), *(Route(f"/{page}", _other_page) for page in PAGES)]
