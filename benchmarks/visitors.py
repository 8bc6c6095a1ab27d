"""Visitors without a browser: they speak Streamlit's own protocol over a websocket, and read what each page sends.

A browser takes more of a machine than the server does; a hundred of these take a few per cent of it. What they do not do is
fetch the page's files (a browser does once) and draw.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

FOOTER = "Who made this, and how to question it"
_FINISHED = ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY
_PATIENCE = 120.0
# Pages as often as people open them, and what they choose there. The start page is where everybody begins.
_PAGES = ("", "", "", "board", "explore", "explore", "across", "beacon", "methods")
_PLACES = ("north-stonehouse", "redruth-north", "townstal-dartmouth", "tr14ers-camborne", "beacon-falmouth")
_OUTCOMES = ("burglary", "anti-social-behaviour", "violence")


@dataclass(frozen=True)
class Answer:
    """One page drawn: which, after how many seconds, how many pieces and bytes were sent, its HTML, and what was wrong."""

    page: str
    seconds: float
    pieces: int
    size: int
    told: str
    wrong: str


class Visitor:
    """One open visit."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._main = ""

    async def open(self, page: str, query: str = "") -> Answer:
        """Open a page (“” is the first) and wait for its last piece."""
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.page_script_hash = calc_hash(page) if page else self._main
        begun, pieces, size, told, wrong = time.perf_counter(), 0, 0, "", ""
        await self._line.send(asked.SerializeToString())
        async with asyncio.timeout(_PATIENCE):
            while True:
                data = await self._line.recv(decode=False)
                size += len(data)
                got = ForwardMsg.FromString(data)
                kind = got.WhichOneof("type")
                if kind == "new_session":
                    self._main = got.new_session.main_script_hash
                elif kind == "delta" and got.delta.WhichOneof("type") == "new_element":
                    element = got.delta.new_element
                    what = element.WhichOneof("type")
                    pieces += 1
                    told += element.html.body if what == "html" else ""
                    wrong = wrong or (element.exception.message if what == "exception" else "")
                    wrong = wrong or (element.alert.body if what == "alert" else "")
                elif kind == "script_finished" and got.script_finished == _FINISHED:
                    break
        if not wrong and FOOTER not in told:
            wrong = "the page is not whole"
        return Answer(page or "your-area", time.perf_counter() - begun, pieces, size, told, wrong)


@asynccontextmanager
async def visiting(port: int) -> AsyncIterator[Visitor]:
    """A visit to the server on this machine, ended when the block is left."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    async with connect(address, max_size=None, subprotocols=["streamlit"], compression=None, open_timeout=60) as line:  # type: ignore[list-item]
        yield Visitor(line)


def steps(draw: random.Random, number: int) -> list[tuple[str, str]]:
    """What a visitor does one after the other: a page, and the link's place and outcome."""
    place, found = _PLACES[0], []
    for turn in range(number):
        page = "" if turn == 0 else draw.choice(_PAGES)
        place = draw.choice(_PLACES) if draw.random() < 0.3 else place
        query = f"area={place}" if place != _PLACES[0] else ""
        if page == "explore":
            query += f"&indicator={draw.choice(_OUTCOMES)}"
        found.append((page, query.removeprefix("&")))
    return found


async def busy(port: int, visitors: int, runs: int, seed: int) -> list[Answer]:
    """``visitors`` who never stop to read, ``runs`` pages each."""

    async def one(number: int) -> list[Answer]:
        async with visiting(port) as visitor:
            return [await visitor.open(*step) for step in steps(random.Random(seed * 1000 + number), runs)]  # noqa: S311

    return [
        answer for answers in await asyncio.gather(*(one(number) for number in range(visitors))) for answer in answers
    ]


async def reading(
    port: int,
    visitors: int,
    seconds: float,
    think: tuple[float, float],
    seed: int,
    until: Callable[[], bool] = lambda: False,
) -> list[Answer]:
    """``visitors`` who come over the time of one reading, and read each page for a time drawn between ``think`` seconds.

    They leave after ``seconds``, or once ``until`` says so. A visit that is cut off counts as one wrong answer.
    """
    end = time.monotonic() + seconds

    async def one(number: int) -> list[Answer]:
        draw, answers = random.Random(seed * 1000 + number), list[Answer]()  # noqa: S311
        await asyncio.sleep(draw.uniform(0, think[1]))
        try:
            async with visiting(port) as visitor:
                for step in steps(draw, 100_000):
                    if time.monotonic() > end or until():
                        break
                    answers.append(await visitor.open(*step))
                    await asyncio.sleep(draw.uniform(*think))
        except (OSError, TimeoutError, WebSocketException) as error:
            answers.append(Answer("", 0, 0, 0, "", f"the visit was cut off: {type(error).__name__} {error}"))
        return answers

    return [
        answer for answers in await asyncio.gather(*(one(number) for number in range(visitors))) for answer in answers
    ]


async def every_page(port: int) -> list[Answer]:
    """Each page and place once, so that what is worked out once and kept is there."""
    wanted = [(page, f"area={place}") for place in _PLACES for page in dict.fromkeys(_PAGES)]
    wanted += [("explore", f"area={place}&indicator={name}") for place in _PLACES for name in _OUTCOMES]
    async with visiting(port) as visitor:
        return [await visitor.open(*step) for step in wanted]
