"""Serve the pages with the first one ready: ``python -m views.serve``, with Streamlit's own options.

Streamlit loads a page's code when the first visitor comes. Here it is loaded before anybody is let in, and a thread studies the
place that opens first into the caches the pages read, and opens every page once; ``streamlit run app.py`` works as well, and its first visitor waits.
Everything passes the gateway (views/gateway.py), which ``streamlit run`` has not.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator
from typing import Any

import click
import uvicorn
from starlette.middleware import Middleware
from streamlit import config
from streamlit.runtime.caching.global_cache_budget import reconfigure_global_cache_budget_from_config
from streamlit.starlette import App
from streamlit.web import bootstrap
from streamlit.web.cli import configurator_options

from store.errors import OutcomesError
from store.folder import REPOSITORY
from views import opening, readiness
from views.first_visit import first_visit
from views.gateway import Gateway
from views.limits import Limits, limits
from views.readiness import WARMED

_LOG = logging.getLogger(__name__)
_NOBODY_THERE = "streamlit.runtime.scriptrunner_utils.script_run_context"
_HERE = "127.0.0.1"
# Connections that one visit can have open at once: its own, and six for files.
_CONNECTIONS = 7
_LONGEST_HEADERS = 32 * 1024
_TIDYING = 30.0  # seconds
_STOPPING = threading.Event()


def warm_up() -> None:
    """Load what the pages need and study the place that opens first.

    What is wrong with the data is left for the pages to say: they say it in a sentence, to whoever is there.
    """
    from loaders.importing import ensure_database
    from store.folder import data_folder
    from views import access

    # Outside a visit Streamlit warns at every spinner that there is nobody to show it to.
    streamlits = logging.getLogger(_NOBODY_THERE)
    before = streamlits.level
    streamlits.setLevel(logging.ERROR)
    try:
        ensure_database(data_folder())
        access.study_first()
    except OutcomesError as error:
        _LOG.warning("The first page could not be made ready: %s", error)
    finally:
        streamlits.setLevel(before)


def load_pages() -> None:
    """Load every page's code; where two threads began at once, each could find what the other had half loaded."""
    from loaders import importing
    from views import across, add_area, beacon, board, explore, frame, methods, your_area

    del importing, across, add_area, beacon, board, explore, frame, methods, your_area


def _make_ready(loop: asyncio.AbstractEventLoop) -> None:
    try:
        warm_up()
        asyncio.run_coroutine_threadsafe(first_visit(), loop).result()
    except Exception:
        # Pages still open, slower; without the visits to come nobody would read why.
        _LOG.exception("The first page could not be made ready.")
    finally:
        WARMED.set()
    gc.collect()
    # What is loaded by now stays for good, so it need not be looked through each time garbage is looked for.
    gc.freeze()
    while not _STOPPING.wait(_TIDYING):
        gc.collect()


@contextlib.asynccontextmanager
async def lifespan(_app: App) -> AsyncIterator[None]:
    """Make ready beside serving; at the end leave nothing frozen, which DuckDB would report as leaked."""
    load_pages()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_make_ready, args=(loop,), name="warm-up", daemon=True).start()
    try:
        yield
    finally:
        _STOPPING.set()
        gc.unfreeze()


def application(bounds: Limits) -> App:
    """The app with its gateway and what it answers beside the pages."""
    return App(
        REPOSITORY / "app.py",
        lifespan=lifespan,
        routes=[*readiness.routes(), *opening.routes()],
        middleware=[Middleware(Gateway, limits=bounds)],
    )


def server(app: App, bounds: Limits) -> uvicorn.Server:
    """The server, which says nothing about what it is made of and takes no more at once than ``bounds`` let it."""
    seconds = config.get_option("server.websocketPingInterval") or 30
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=config.get_option("server.address") or _HERE,
            port=int(config.get_option("server.port")),
            ssl_certfile=config.get_option("server.sslCertFile"),
            ssl_keyfile=config.get_option("server.sslKeyFile"),
            ws="websockets-sansio",
            ws_max_size=bounds.message_kilobytes * 1024,
            ws_ping_interval=seconds,
            ws_ping_timeout=seconds,
            ws_per_message_deflate=False,
            h11_max_incomplete_event_size=_LONGEST_HEADERS,
            limit_concurrency=bounds.sessions * _CONNECTIONS + 50,
            timeout_graceful_shutdown=3,
            server_header=False,
            access_log=False,
            use_colors=False,
            # One level down it writes visitors' addresses and what they typed, and with the next setting the address a
            # proxy passes on.
            log_level="warning",
            proxy_headers=False,
        )
    )


@click.command()
@configurator_options
def main(**options: Any) -> None:
    """Start the server and stay until it is stopped."""
    try:
        bounds = limits()
    except OutcomesError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    app = application(bounds)
    bootstrap.load_config_options(
        options
        | {
            "server_maxUploadSize": bounds.upload_megabytes,
            "client_allowedOrigins": [],
            "server_enableAgentApi": False,
            # Streamlit looks through every object of the process after each drawing of a page, which took longer than many
            # a page. Python looks by itself when many were made, and _make_ready once in a while.
            "runner_postScriptGC": False,
        }
    )
    reconfigure_global_cache_budget_from_config()
    running = server(app, bounds)
    click.echo(f"Serving http://{running.config.host}:{running.config.port}")
    running.run()
    if not running.started:
        sys.exit(1)


if __name__ == "__main__":
    main()
