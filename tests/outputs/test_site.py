"""The site: only places that ask for it, in the order of the alphabet, made again only where something has changed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import html as lxml_html

from outputs import site
from outputs.__main__ import main
from outputs.pack import pack_of
from outputs.site import Made, made_from, make_site, shared_by_all
from outputs.site_files import MANIFEST, read_manifest, remove, write
from outputs.site_index import Entry, entries, index_page
from store.database import Store, open_store
from store.errors import BadQuestion, OutcomesError
from store.folder import Folder
from store.place import Place, Story, read_place
from store.place_file import place_toml
from tests.outputs import packs
from tests.outputs.test_chart import HOSTILE
from tests.views.pages import TODAY

ONE, OTHER = "redruth-north", "beacon-heath-exeter"


def _change(folder: Folder, slug: str, **words: object) -> None:
    place = replace(read_place(folder.areas, slug), **words)  # type: ignore[arg-type]
    (folder.areas / f"{slug}.toml").write_text(place_toml(place), encoding="utf-8")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, sample_store: Store) -> list[str]:
    """The places that were studied; each takes the figures of a pack that was made before."""
    studied: list[str] = []

    def known(store: Store, place: Place, **_: object) -> object:
        studied.append(place.slug)
        return replace(packs.none(packs.pack(sample_store, ONE)), place=place)

    monkeypatch.setattr(site, "pack_of", known)
    return studied


def _made(folder: Folder, out: Path, **wishes: bool) -> Made:
    return make_site(folder, out, today=TODAY, processes=1, **wishes)


def test_nobody_is_on_it_who_did_not_ask(own_folder: Folder, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert _made(own_folder, out) == Made((), (), (), ())
    assert sorted(path.name for path in out.iterdir()) == ["index.html", "robots.txt", MANIFEST]
    assert "No place has a page here yet." in (out / "index.html").read_text(encoding="utf-8")
    assert quick == []


def test_a_page_is_made_again_only_where_something_has_changed(
    own_folder: Folder, quick: list[str], tmp_path: Path
) -> None:
    out = tmp_path / "site"
    _change(own_folder, ONE, publish=True)
    _change(own_folder, OTHER, publish=True)
    assert _made(own_folder, out).written == (OTHER, ONE)
    before = (out / ONE / "index.html").stat().st_mtime_ns
    assert _made(own_folder, out) == Made((), (OTHER, ONE), (), ())
    assert sorted(quick) == [OTHER, ONE]
    _change(own_folder, OTHER, stories=(Story("We know each other now.", "", "yes"),))
    assert _made(own_folder, out) == Made((OTHER,), (ONE,), (), ())
    assert "We know each other now." in (out / OTHER / "index.html").read_text(encoding="utf-8")
    assert (out / ONE / "index.html").stat().st_mtime_ns == before
    (out / ONE / "index.html").unlink()
    assert _made(own_folder, out).written == (ONE,)
    assert not list(out.rglob(".*"))


def test_what_is_withdrawn_goes_before_anything_else(
    own_folder: Folder, quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    _change(own_folder, ONE, publish=True)
    _change(own_folder, OTHER, publish=True)
    _made(own_folder, out)
    _change(own_folder, ONE, publish=False)
    _change(own_folder, OTHER, summary="Other words.")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the machine stopped here")

    monkeypatch.setattr(site, "pack_of", broken)
    with pytest.raises(RuntimeError):
        _made(own_folder, out)
    assert not (out / ONE).exists()
    assert ONE not in (out / "index.html").read_text(encoding="utf-8")
    assert (out / OTHER / "index.html").is_file()
    assert list(read_manifest(out)) == [OTHER]


def test_a_place_that_cannot_be_studied_keeps_its_page_and_is_told(
    own_folder: Folder, quick: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "site"
    _change(own_folder, ONE, publish=True)
    _made(own_folder, out)
    _change(own_folder, ONE, summary="Other words.")

    def impossible(*_: object, **__: object) -> None:
        raise BadQuestion("It cannot be asked", do="Ask otherwise.")

    monkeypatch.setattr(site, "pack_of", impossible)
    made = _made(own_folder, out)
    assert (made.written, made.failed) == ((), ((ONE, "It cannot be asked. Ask otherwise."),))
    assert "Other words." not in (out / ONE / "index.html").read_text(encoding="utf-8")
    assert _made(own_folder, out).failed == made.failed
    told = CliRunner().invoke(main, ["site", "--out", str(out)])
    assert (told.exit_code, "0 pages written" in told.output, "It cannot be asked" in told.output) == (3, True, True)


def test_robots_are_told_on_every_page(own_folder: Folder, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "site"
    _change(own_folder, ONE, publish=True)
    _made(own_folder, out)
    pages = [out / "index.html", out / ONE / "index.html"]
    assert all('<meta name="robots" content="noindex">' in page.read_text(encoding="utf-8") for page in pages)
    # Kept out by robots.txt, nobody would read that line.
    assert (out / "robots.txt").read_text(encoding="utf-8") == "User-agent: *\nDisallow:\n"
    assert _made(own_folder, out, robots=True).written == (ONE,)
    assert not any("noindex" in page.read_text(encoding="utf-8") for page in pages)


def test_no_page_asks_for_anything_but_the_other_pages(own_folder: Folder, quick: list[str], tmp_path: Path) -> None:
    out = tmp_path / "site"
    _change(own_folder, ONE, publish=True)
    _made(own_folder, out)
    front, page = (lxml_html.parse(str(path)) for path in (out / "index.html", out / ONE / "index.html"))
    assert [one for one in front.xpath("//@href") if one[0] != "#"] == ["data:,", f"{ONE}/index.html"]
    assert [one for one in page.xpath("//@href") if one[0] != "#"] == ["data:,", "../index.html"]
    for tree in (front, page):
        assert not tree.xpath("//@src")
        assert "default-src 'none'" in tree.xpath("//meta[@http-equiv]/@content")[0]


def test_the_list_has_names_and_towns_and_no_number(sample_store: Store) -> None:
    listed = entries(sample_store, sample_store.places)
    names = [one.name for one in listed]
    assert names == sorted(names, key=str.casefold)
    stonehouse = next(one for one in listed if one.slug == "north-stonehouse")
    assert stonehouse.where == "Plymouth"
    assert all(one.where.count("Cornwall") <= 1 for one in listed)
    document = index_page(listed, is_sample=False)
    items = lxml_html.fromstring(document).xpath("//ul[@class='places']/li")
    assert [item.text_content() for item in items] == [one.name + one.where for one in listed]
    # Two places have figures in their own names, and nowhere else is one.
    assert not any(letter.isdigit() for one in listed for letter in one.where)


def test_the_county_is_added_where_the_town_does_not_say_it(sample_store: Store) -> None:
    place = next(one for one in sample_store.places if one.slug == ONE)
    (bare,) = entries(sample_store, [replace(place, town="Redruth")])
    assert bare.where == "Redruth, Cornwall"
    (none,) = entries(sample_store, [replace(place, town="")])
    assert none.where == "Cornwall"


def test_names_on_the_list_are_text() -> None:
    document = index_page([Entry("here", HOSTILE, HOSTILE)], is_sample=True)
    assert HOSTILE not in document
    assert "This is a sample" in document
    assert not lxml_html.fromstring(document).xpath("//img")


def test_the_hash_knows_everything_a_page_is_made_from(sample_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    place, other = (next(one for one in sample_store.places if one.slug == slug) for slug in (ONE, OTHER))

    def key(store: Store = sample_store, of: Place = place, *, robots: bool = False) -> str:
        return made_from(of, shared_by_all(store), robots=robots)

    first = key()
    assert key() == first
    spoken = sample_store.with_place(replace(other, stories=(Story("Words.", "", "yes"),), publish=True))
    assert key(spoken) == first
    larger = sample_store.with_place(replace(other, small_areas=(*other.small_areas, "E01020003")))
    found = {key(larger), key(robots=True), key(of=replace(place, summary="Other.")), key(of=other)}
    monkeypatch.setenv("OUTCOMES_CONTACT", "someone here")
    found.add(key())
    monkeypatch.setattr(site, "software_key", lambda: "other")
    found.add(key())
    assert len(found | {first}) == 7


def test_a_folder_that_holds_something_else_is_left_alone(own_folder: Folder, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    (out / "index.html").write_text("mine", encoding="utf-8")
    told = CliRunner().invoke(main, ["site", "--out", str(out)])
    assert (told.exit_code, "not such a site" in told.output) == (1, True)
    assert [path.name for path in out.iterdir()] == ["index.html"]
    for wrong in ("{", "[]", json.dumps({"pages": [1]})):
        (out / MANIFEST).write_text(wrong, encoding="utf-8")
        with pytest.raises(OutcomesError, match="cannot be read"):
            read_manifest(out)


def test_somebody_elses_file_in_a_folder_stays(tmp_path: Path) -> None:
    write(tmp_path / "here" / "index.html", "a page")
    assert not write(tmp_path / "here" / "index.html", "a page")
    (tmp_path / "here" / "photograph.txt").write_text("ours", encoding="utf-8")
    remove(tmp_path, "here")
    remove(tmp_path, "never-there")
    assert [path.name for path in (tmp_path / "here").iterdir()] == ["photograph.txt"]


def test_a_path_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "here").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(OutcomesError, match="cannot be written"):
        write(tmp_path / "here" / "index.html", "a page")


def test_the_numbers_are_those_of_the_pack(own_folder: Folder, sample_store: Store, tmp_path: Path) -> None:
    """Without sensitivity, in a shared sitting: the same page as alone."""
    _change(own_folder, ONE, publish=True)
    out = tmp_path / "site"
    told = CliRunner().invoke(main, ["site", "--out", str(out), "--index-robots", "allow"])
    assert (told.exit_code, "1 pages written" in told.output) == (0, True)
    store = open_store(own_folder)
    place = next(one for one in store.places if one.slug == ONE)
    pack = pack_of(store, place, today=TODAY)
    text = (out / ONE / "index.html").read_text(encoding="utf-8")
    assert all(paragraph.text in text.replace("\u00a0", " ") for paragraph in pack.story)
    assert all(finding.plan_hash in text for finding in pack.findings if finding.verdict != "Not loaded")
