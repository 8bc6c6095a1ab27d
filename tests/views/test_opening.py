"""How the default page begins is kept for as long as it is true, is the public's alone, and stands in the page's document."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.requests import Request

from store.folder import Folder
from tests.views import pages
from views import access, opening
from views.limits import Limits
from views.security_headers import security_headers
from views.shell import shell

PLACE = "north-stonehouse"


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_KEPT", OrderedDict())


def document(query: str = "", path: str = "/") -> str:
    """What a browser gets for this address."""
    endpoints = {route.path: route.endpoint for route in opening.routes()}
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    answer = asyncio.run(endpoints[path](Request(scope)))
    assert answer.headers["cache-control"] == "no-cache"
    return bytes(answer.body).decode()


def test_a_page_that_was_drawn_opens_with_its_story(open_page: pages.Open) -> None:
    assert '<div id="opening"' not in document()
    open_page("your-area")
    assert "<h1>Stronger North Stonehouse</h1>" in document()
    assert document(f"area={PLACE}") == document()
    assert "78 in the two years before the programme and 34 in the two years after" in document()


@pytest.mark.parametrize(
    "query", ["area=redruth-north", "area=", "start=2021-01", f"area={PLACE}&embed=true", "area=%00"]
)
def test_another_view_is_not_opened_with_this_one(open_page: pages.Open, query: str) -> None:
    open_page("your-area")
    begins = opening.kept(PLACE)
    assert begins
    assert (begins in document(query)) == (query == "area=")


def test_other_pages_have_the_document_without_an_opening(open_page: pages.Open) -> None:
    open_page("your-area")
    assert document(path="/board") == shell()


def test_it_goes_with_the_day_and_with_the_figures(
    own_folder: Folder, open_own_page: pages.Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_own_page("your-area")
    assert opening.kept(PLACE)
    file = own_folder.areas / f"{PLACE}.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace("Stronger North Stonehouse", "Stonehouse"), encoding="utf-8")
    assert opening.kept(PLACE) == ""
    file.write_text(before, encoding="utf-8")
    assert opening.kept(PLACE)
    day = access.today() + timedelta(days=1)
    monkeypatch.setattr(access, "today", lambda: day)
    assert opening.kept(PLACE) == ""


def test_a_draft_is_nobody_elses_to_see(sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = replace(access.published(access.store())[PLACE], slug="draft-mine")
    monkeypatch.setattr(access, "draft", lambda: mine)
    opening.keep(mine, (), "", (), None)
    assert not opening._KEPT


def test_no_more_is_kept_than_there_is_room_for(sample_in_use: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_MOST", 2)
    first, *others = list(access.published(access.store()).values())[:3]
    for place in (first, *others):
        opening.keep(place, (), "", (), None)
    assert opening.kept(first.slug) == ""
    assert all(place.name in opening.kept(place.slug) for place in others)


def test_without_figures_the_page_itself_says_so(own_folder: Folder) -> None:
    own_folder.pointer.write_text("nowhere.duckdb", encoding="ascii")
    assert opening.kept(None) == ""


def test_the_document_is_ours_and_runs_no_script_but_its_own() -> None:
    page = shell("<p>Here</p>")
    assert "<title>Neighbourhood Outcomes</title>" in page
    assert '<html lang="en-GB">' in page
    assert page.index("<p>Here</p>") < page.index('<div id="root"></div>')
    assert not re.search(r"agent|AI|SourceSans|enable JavaScript to run this app", page)
    written = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(written) == 2
    headers = dict(security_headers(Limits()))
    for text in written:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'".encode() in headers[b"content-security-policy"]
