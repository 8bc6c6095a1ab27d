"""What strangers may try on the real server: nothing runs, nothing of its insides is told, and it goes on serving.

What was tried and found is told in docs/security.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest
import streamlit
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.visitors import Answer, visiting
from store.folder import Folder
from tests.browser.serving import started

_FILES = Path(streamlit.__file__).parent / "static" / "static" / "js"
_INSIDES = ("Traceback", "site-packages", "root:x:", "[server]", "import annotations", "build-backend", "duckdb")
_EVERYWHERE = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy",
               "x-frame-options", "x-robots-tag")  # fmt: skip


@dataclass(frozen=True)
class Served:
    """A server on the sample, and what it has printed."""

    port: int
    log: Path

    def ask(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(line):
            # Not by request(), which would refuse to send some of these paths.
            line.putrequest(method, path, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                line.putheader(name, value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            got = line.getresponse()
            found = {name.lower(): value for name, value in got.getheaders()}
            return got.status, found, got.read().decode("utf-8", errors="replace")

    def send(self, *pieces: bytes) -> bytes:
        """What comes back for bytes sent as they are, up to the end of the connection or a moment's silence."""
        answer = b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line, contextlib.suppress(OSError):
            for piece in pieces:
                line.sendall(piece)
            line.settimeout(0.4)
            while part := line.recv(65_536):
                answer += part
        return answer

    def visit(self, **options: object) -> ClientConnection:
        """A visit of a program's, or of a page's of ``origin``."""
        address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
        return connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, compression=None, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def served(sample_folder: Folder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    log = tmp_path_factory.mktemp("served") / "log.txt"
    with started(sample_folder.root, log, settings={"OUTCOMES_MESSAGE_KILOBYTES": "64"}) as (port, server):
        found = Served(port, log)
        yield found
        # Whatever was tried, at the end it serves, and no error went unhandled.
        assert server.poll() is None
        assert found.ask("/health")[0] == 200
    told = log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in told
    assert "zq7" not in told
    # No address, neither a visitor's own nor one a proxy passes on.
    for address in ("192.0.2.7", "127.0.0.1:", "WebSocket"):
        assert address not in told.replace("http://127.0.0.1:", "")


# --- headers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("HEAD", "/", 200),
        ("GET", "/explore?area=x", 200),
        ("GET", "/health", 200),
        ("GET", "/robots.txt", 200),
        ("GET", "/_stcore/health", 200),
        ("GET", f"/static/js/{sorted(os.listdir(_FILES))[0]}", 200),
        ("GET", "/app/static/atkinson-hyperlegible-next-latin-400-normal.woff2", 200),
        ("GET", "/app/static/nothing.woff2", 404),
        ("GET", "/media/nothing.png", 404),
        ("GET", "/_stcore/metrics", 404),
        ("POST", "/_stcore/agent/interact", 404),
        ("GET", "/auth/login", 404),
        ("POST", "/", 405),
        ("TRACE", "/", 405),
        ("DELETE", "/explore", 405),
        ("PUT", "/_stcore/upload_file/a/b", 403),
        ("OPTIONS", "/_stcore/upload_file/a/b", 204),
        ("GET", "//example.org/x", 400),
    ],
)
def test_every_answer_has_the_headers_and_no_banner(served: Served, method: str, path: str, status: int) -> None:
    got, headers, _ = served.ask(path, method)
    assert got == status
    assert {*_EVERYWHERE} <= headers.keys()
    assert "server" not in headers
    assert "x-powered-by" not in headers
    assert "strict-transport-security" not in headers
    assert headers["x-content-type-options"] == "nosniff"
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert rules["default-src"] == rules["frame-ancestors"] == "'none'"
    assert not re.search(r"\*|https?:|unsafe-eval", headers["content-security-policy"])
    assert "unsafe-inline" not in rules["script-src"]


def test_no_other_site_is_let_in(served: Served) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/media/x", "/app/static/x"):
        _, headers, body = served.ask(path, headers={"Origin": "https://elsewhere.example"})
        assert "elsewhere" not in headers.get("access-control-allow-origin", "")
        assert headers.get("access-control-allow-origin") != "*"
        if path.endswith("host-config"):
            assert json.loads(body)["allowedOrigins"] == []


# --- paths ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "/static/../../../../../../etc/passwd",
        "/static/js/..%5c..%5c..%5cpyproject.toml",
        "/app/static/../app.py",
        "/app/static/..%2fapp.py",
        "/app/static/%2e%2e/.streamlit/config.toml",
        "/app/static/....//....//pyproject.toml",
        "/app/static/%252e%252e/pyproject.toml",
        "/app/static//etc/passwd",
        "/app/static/%00",
        "/media/../../etc/passwd",
        "/media/..%2f..%2fetc%2fpasswd",
        "/component/..%2f..%2fetc/passwd",
        "/_stcore/bidi-components/..%2f..%2fetc/passwd",
        "/_stcore/upload_file/..%2f..%2fetc/passwd",
        "/.streamlit/config.toml",
        "/data/outcomes/current",
        "/app.py",
        "/C:/Windows/win.ini",
        "/\\\\198.51.100.1\\share",
        "/file:///etc/passwd",
        "/http://198.51.100.1/",
        "/./%2f198.51.100.1/",
        "/%5c198.51.100.1/",
        "/x/%0d%0aSet-Cookie:a=b/",
    ],
)
def test_no_path_leads_out_of_what_is_served(served: Served, path: str) -> None:
    status, headers, body = served.ask(path)
    assert status in (200, 301, 400, 403, 404, 405)
    assert not any(inside in body for inside in _INSIDES)
    # A page's address that nobody knows is answered with the frame that every page is drawn in.
    assert status != 200 or '<div id="root">' in body
    # A page's address with a slash too many is sent to the one without, on this host.
    assert re.match(r"/[^/\\]", headers.get("location", "/page"))


# --- too much ---------------------------------------------------------------------------------------------------------


def test_what_is_too_long_is_refused(served: Served) -> None:
    assert served.ask("/explore?area=" + "a" * 9_000)[0] == 414
    assert served.ask("/" + "a" * 9_000)[0] == 414
    head = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    for long in (b"GET /" + b"a" * 300_000, head + b"X-A: " + b"a" * 300_000, head + b"X-B: b\r\n" * 40_000):
        answer = served.send(long + b"\r\n\r\n")
        assert not answer or answer.startswith(b"HTTP/1.1 4")


def test_no_body_is_waited_for_where_none_is_wanted(served: Served) -> None:
    for method, path in (("POST", "/"), ("PUT", "/_stcore/upload_file/a/b"), ("POST", "/health")):
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n"
        for much in ("Content-Length: 99999999999\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n"):
            assert served.send((head + much).encode(), b"a" * 100_000)[9:12] in (b"403", b"405")


def test_a_file_is_taken_only_from_an_open_visit(served: Served) -> None:
    _, headers, _ = served.ask("/_stcore/host-config")
    cookie = headers.get("set-cookie", "").split(";")[0]
    form = b'--b\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\nzq7\r\n--b--\r\n'
    sent = {"Content-Type": "multipart/form-data; boundary=b"}
    for visit in ("nobody", "..%2f..", "'; DROP TABLE area; --".replace(" ", "%20"), "0" * 500):
        path = f"/_stcore/upload_file/{visit}/1"
        assert served.ask(path, "PUT", sent, form)[0] in (400, 403)
        token = cookie.partition("=")[2]
        known = sent | ({"Cookie": cookie, "X-Xsrftoken": token} if token else {})
        status, _, body = served.ask(path, "PUT", known, form)
        assert status in (400, 403)
        assert not any(inside in body for inside in _INSIDES)


# --- not HTTP ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"G" * 5000 + b" / HTTP/1.1\r\n\r\n",
        b"GET /\x00zq7 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b\x00c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: zq7\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /_stcore/stream HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET /_stcore/stream HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x\r\n\r\n",
        b"",
    ],
)  # fmt: skip
def test_what_is_not_http_gets_no_more_than_a_refusal(served: Served, sent: bytes) -> None:
    answer = served.send(sent)
    assert answer.count(b"HTTP/1.1 200 ") <= 1
    assert not answer or re.match(rb"HTTP/1\.1 (200|4\d\d) ", answer), answer[:80]
    assert not any(inside.encode() in answer for inside in _INSIDES)


def test_no_second_request_hides_in_a_first(served: Served) -> None:
    lengths = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    hidden = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = served.send(b"GET / HTTP/1.1\r\nHost: a\r\n" + lengths + hidden)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.startswith(b"HTTP/1.1 400 ")


# --- visits -----------------------------------------------------------------------------------------------------------


def test_a_visit_has_the_headers_too(served: Served) -> None:
    passed_on = [("X-Forwarded-For", "192.0.2.7")]
    with served.visit(origin=f"http://127.0.0.1:{served.port}", additional_headers=passed_on) as line:
        assert line.response is not None
        headers = {name.lower() for name, _ in line.response.headers.raw_items()}
    assert {*_EVERYWHERE} <= headers
    assert "server" not in headers


@pytest.mark.parametrize(
    "origins",
    [
        ["https://elsewhere.example"],
        ["null"],
        ["http://127.0.0.1.elsewhere.example"],
        ["http://127.0.0.1:1"],
        ["http://localhost"],
        ["file://"],
        [""],
        ["own", "https://elsewhere.example"],
    ],
)
def test_no_page_of_another_site_can_open_a_visit(served: Served, origins: list[str]) -> None:
    own = f"http://127.0.0.1:{served.port}"
    given = [("Origin", own if origin == "own" else origin) for origin in origins]
    with pytest.raises(InvalidStatus) as refused, served.visit(additional_headers=given):
        pass
    # With two origins the server beneath refuses the handshake itself.
    assert refused.value.response.status_code == (400 if len(origins) > 1 else 403)


@pytest.mark.parametrize("path", ["/", "/_stcore/stream/", "/_stcore/agent/mcp", "/_stcore/stream/../x", "/health"])
def test_visits_have_one_door(served: Served, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused, connect(f"ws://127.0.0.1:{served.port}{path}"):
        pass
    assert refused.value.response.status_code in (400, 403, 404)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("zq7", 1002),
        (b"\xff" * 500, 1002),
        (b"zq7" * 50, 1002),
        (os.urandom(2000) + b"\xff", 1002),
        (b"\x00" * 100_000, 1009),
        ([b"\x00" * 40_000] * 4, 1009),
    ],
    ids=["text", "ones", "words", "noise", "too long", "too long in parts"],
)
def test_a_message_that_is_none_ends_the_visit(served: Served, sent: object, code: int) -> None:
    with served.visit() as line:
        line.send(sent)  # type: ignore[arg-type]
        with contextlib.suppress(ConnectionClosed):
            while line.recv(timeout=20):
                pass
        assert line.protocol.close_rcvd is not None
        assert line.protocol.close_rcvd.code == code


def test_a_frame_that_is_none_ends_the_visit(served: Served) -> None:
    head = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    ).encode()
    unmasked, reserved = b"\x82\x04zq77", b"\xf2\x84\x00\x00\x00\x00zq77"
    enormous = b"\x82\xff" + (2**62).to_bytes(8, "big") + bytes(4)
    long_ping = b"\x89\xfe\x01\x00" + bytes(4) + bytes(256)
    for frame in (unmasked, reserved, enormous, long_ping):
        answer, said = served.send(head, frame).split(b"\r\n\r\n", 1)
        assert answer.startswith(b"HTTP/1.1 101 ")
        # A frame that says the visit is over, or no word more.
        assert said[:1] in (b"", b"\x88")
        assert b"zq7" not in said


def test_messages_for_developers_are_not_heard(served: Served) -> None:
    async def said() -> Answer:
        async with visiting(served.port) as visitor:
            for name in (
                "clear_cache",
                "debug_shutdown_runtime",
                "debug_disconnect_websocket",
                "set_run_on_save",
                "load_git_info",
            ):
                asked = BackMsg()
                setattr(asked, name, True)
                await visitor._line.send(asked.SerializeToString())
            await visitor._line.send(b"")
            return await visitor.open("methods")

    assert not asyncio.run(said()).wrong


# --- links ------------------------------------------------------------------------------------------------------------

_NAMES = ("area", "indicator", "start", "months", "settling", "breaks", "compare", "show", "town", "theme", "embed",
          "embed_options", "__proto__")  # fmt: skip


@pytest.mark.parametrize(
    "value",
    [
        "zq7' OR '1'='1' UNION SELECT * FROM observation; DROP TABLE area; --",
        "\"><script>alert('zq7')</script><img src=x onerror=alert(1)>",
        "../../../etc/passwd\x00zq7",
        "zq7" * 1000,
    ],
    ids=["SQL", "HTML", "path", "long"],
)
def test_nothing_in_a_link_is_more_than_text(served: Served, value: str) -> None:
    query = urlencode([(name, value) for name in _NAMES])

    async def opened() -> list[Answer]:
        async with visiting(served.port) as visitor:
            return [await visitor.open(page, query) for page in ("add", "methods", "across", "explore")]

    for answer in asyncio.run(opened()):
        assert not answer.wrong
        assert "zq7" not in answer.told
    assert served.ask("/explore?" + urlencode({"area": value[:500]}))[0] == 200
