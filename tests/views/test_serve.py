"""The first page is ready before anybody comes, and what is wrong with the data does not keep the server from starting."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
import uvicorn
from click.testing import CliRunner
from starlette.requests import Request
from streamlit import config, runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.session_manager import SessionClient
from streamlit.util import calc_hash

from store.folder import Folder
from store.place import Place
from views import access, readiness, serve
from views.first_visit import first_visit
from views.limits import Limits, limits
from views.record import PAGES


def test_the_place_that_opens_first_is_studied_once_for_all(
    sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    studied: list[str] = []

    def noted(name: str, ask: Callable[[Place], object]) -> Callable[[Place], object]:
        def study(place: Place) -> object:
            studied.append(f"{name} {place.slug}")
            return ask(place)

        return study

    for name in ("board", "background", "whole"):
        monkeypatch.setattr(access, name, noted(name, getattr(access, name)))
    serve.warm_up()
    assert studied == [f"{name} north-stonehouse" for name in ("board", "background", "whole")]
    # What the pictures and the map need is read as well: the first visitor's page asks the database for nothing of it.
    first = access.places()["north-stonehouse"]
    finding = next(item.finding for item in access.board(first) if item.finding.comparison is not None)
    monkeypatch.setattr(access.surroundings_of, "breaks_of", lambda *_given: pytest.fail("breaks were read again"))
    monkeypatch.setattr(
        access.surroundings_of, "council_around", lambda *_given: pytest.fail("outlines were read again")
    )
    assert access.breaks_of(finding)
    assert access.surroundings(finding)[0] == "Plymouth"


def test_without_the_worked_example_nothing_is_studied(own_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_folder.areas / "north-stonehouse.toml").unlink()
    monkeypatch.setattr(access, "_board", lambda *_given: pytest.fail("a board was studied"))
    serve.warm_up()


def test_a_broken_file_is_left_for_the_pages_to_say(own_folder: Folder, caplog: pytest.LogCaptureFixture) -> None:
    (own_folder.areas / "broken.toml").write_text("name = 3", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        serve.warm_up()
    assert "could not be made ready" in caplog.text
    assert "broken.toml" in caplog.text


@pytest.fixture
def _own_options() -> Iterator[None]:
    """Streamlit's options as they were, also after a server was given others."""
    yield
    config.get_config_options(force_reparse=True, options_from_flags={})


@pytest.mark.usefixtures("_own_options")
def test_the_server_gets_streamlits_own_options(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[uvicorn.Config] = []

    def run(self: uvicorn.Server) -> None:
        made.append(self.config)
        self.started = True

    monkeypatch.setattr(uvicorn.Server, "run", run)
    done = CliRunner().invoke(serve.main, ["--server.port=8765", "--logger.level=warning"])
    assert (done.exit_code, done.output) == (0, "Serving http://127.0.0.1:8765\n")
    assert (made[0].host, made[0].port, made[0].server_header, made[0].access_log) == ("127.0.0.1", 8765, False, False)
    assert made[0].ws_max_size == 1024 * 1024
    assert config.get_option("server.maxUploadSize") == 5
    assert config.get_option("client.allowedOrigins") == []


@pytest.mark.usefixtures("_own_options")
def test_a_server_that_could_not_start_says_so_by_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uvicorn.Server, "run", lambda _self: None)
    assert CliRunner().invoke(serve.main, ["--server.port=8765"]).exit_code == 1


def test_a_setting_that_cannot_be_keeps_the_server_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTCOMES_SESSIONS", "many")
    limits.cache_clear()
    try:
        done = CliRunner().invoke(serve.main, [])
    finally:
        limits.cache_clear()
    assert done.exit_code == 2
    assert done.output == "Error: OUTCOMES_SESSIONS is “many”. Set it to a whole number from 1 to 5,000.\n"


def test_what_is_loaded_is_set_aside_and_let_go_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    did: list[str] = []

    async def visited() -> None:
        did.append("visited")

    monkeypatch.setattr(serve, "warm_up", lambda: did.append("warmed up"))
    monkeypatch.setattr(serve, "first_visit", visited)
    monkeypatch.setattr(serve, "_TIDYING", 0.01)
    monkeypatch.setattr(serve.gc, "collect", lambda: did.append("tidied"))
    monkeypatch.setattr(serve.gc, "freeze", lambda: did.append("set aside"))
    monkeypatch.setattr(serve.gc, "unfreeze", lambda: did.append("let go"))
    monkeypatch.setattr(serve, "WARMED", threading.Event())
    monkeypatch.setattr(serve, "_STOPPING", threading.Event())

    async def served() -> None:
        async with serve.lifespan(serve.application(Limits())):
            while did.count("tidied") < 3:
                await asyncio.sleep(0.01)

    asyncio.run(served())
    assert did[:4] == ["warmed up", "visited", "tidied", "set aside"]
    assert "let go" in did
    assert serve.WARMED.is_set()


def test_a_first_visit_that_fails_leaves_the_server_ready(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> None:
        raise RuntimeError("no runtime")

    monkeypatch.setattr(serve, "warm_up", lambda: None)
    monkeypatch.setattr(serve, "first_visit", broken)
    monkeypatch.setattr(serve.gc, "freeze", lambda: None)
    monkeypatch.setattr(serve, "WARMED", threading.Event())
    monkeypatch.setattr(serve, "_STOPPING", threading.Event())

    async def served() -> None:
        async with serve.lifespan(serve.application(Limits())):
            await asyncio.to_thread(serve.WARMED.wait, 10)

    asyncio.run(served())
    assert serve.WARMED.is_set()
    assert "could not be made ready" in caplog.text


class _Server:
    """A runtime that answers each question at once."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.closed: list[str] = []

    def connect_session(self, client: SessionClient, user_info: dict[str, str]) -> str:
        self.client = client
        return "visit"

    def handle_backmsg(self, session: str, msg: BackMsg, *, client: SessionClient) -> None:
        self.pages.append(msg.rerun_script.page_script_hash)
        client.write_forward_msg(ForwardMsg())
        client.write_forward_msg(ForwardMsg(script_finished=ForwardMsg.FINISHED_SUCCESSFULLY))

    def close_session(self, session: str) -> None:
        self.closed.append(session)


def test_the_server_visits_every_page_once_and_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    server = _Server()
    monkeypatch.setattr(runtime, "get_instance", lambda: server)
    asyncio.run(first_visit())
    assert server.pages == [calc_hash(page) for page in ("", *PAGES[1:])]
    assert server.closed == ["visit"]


# --- health -----------------------------------------------------------------------------------------------------------


def test_ready_says_why_not(
    own_folder: Folder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    warmed = threading.Event()
    monkeypatch.setattr(readiness, "WARMED", warmed)
    answers = {route.path: route.endpoint for route in readiness.routes()}
    request = Request({"type": "http"})

    def asked(path: str) -> tuple[int, str]:
        answer = asyncio.run(answers[path](request))
        return answer.status_code, bytes(answer.body).decode()

    assert asked("/health") == (200, '{"status":"alive"}')
    assert asked("/ready")[0] == 503
    assert "being made ready" in asked("/ready")[1]
    warmed.set()
    assert asked("/ready") == (200, '{"status":"ready"}')
    own_folder.pointer.write_text("nowhere.duckdb", encoding="ascii")
    status, why = asked("/ready")
    assert status == 503
    assert "There is no database yet" in why
    assert str(own_folder.root) not in why
    broken = own_folder.outcomes / "broken.duckdb"
    broken.write_bytes(b"no database" * 1000)
    own_folder.pointer.write_text(broken.name, encoding="ascii")
    status, why = asked("/ready")
    assert (status, str(own_folder.root) in why) == (503, False)
    assert "cannot be read" in why
    assert asked("/robots.txt") == (200, "User-agent: *\nDisallow:\n")


def test_the_server_is_there_before_what_pages_cache() -> None:
    # Loaded earlier, caches would not be the server's own, and Streamlit would warn at every one of them.
    done = subprocess.run(
        [sys.executable, "-c", "import sys, views.serve; print('views.access' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("False", "")
