"""What the project promises about people and places (docs/ethics.md), asked of the pages and documents themselves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from indicators.__main__ import main
from indicators.discovery import all_indicators
from indicators.finding import Finding
from indicators.plan import plan_hash
from outputs import scorecard
from outputs.finding_json import finding_as_json
from outputs.names import name_of
from outputs.story import is_told, story
from outputs.words import USE
from store.folder import Folder
from store.place import read_places
from tests.conftest import REPOSITORY
from tests.outputs import examples
from tests.views.pages import PAGES, Open, bodies, chosen, drawn_well, pictures, refused, told

SHIPPED = {place.slug: place for place in read_places(REPOSITORY / "data" / "areas")}
# What nobody wants to read first about the place they live in.
SENSITIVE = re.compile(
    r"self-harm|suicid|abuse|conception|pregnan|protection|in need|in care|death|dying|died|depress", re.IGNORECASE
)
Look = Callable[[str], AppTest]


@pytest.fixture(scope="module")
def _looked() -> dict[str, AppTest]:
    return {}


@pytest.fixture
def look(open_page: Open, _looked: dict[str, AppTest]) -> Look:
    """Each page of the worked example, opened once for all tests here."""

    def open_once(page: str) -> AppTest:
        if page not in _looked:
            _looked[page] = drawn_well(open_page(page))
        return _looked[page]

    return open_once


@pytest.mark.parametrize("page", PAGES)
def test_every_page_says_what_its_numbers_are_not_for(look: Look, page: str) -> None:
    assert USE in told(look(page))


def _documents(result: Any) -> Iterator[dict[str, Any]]:
    yield result
    yield from result.get("findings", ())


def test_every_document_says_what_its_numbers_are_not_for(sample_in_use: Folder) -> None:
    answer = CliRunner().invoke(main, ["study", "--area", "north-stonehouse", "--json"])
    found = list(_documents(json.loads(answer.stdout)))
    assert len(found) > 5
    assert [one["use"] for one in found] == [USE] * len(found)


def _first_column(body: str) -> list[str]:
    return [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in re.findall(r'<th scope="row">(.*?)</th>', body)]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_puts_places_in_an_order_of_merit(look: Look, page: str) -> None:
    app, names = look(page), {place.name for place in SHIPPED.values()}
    # A table that a visitor can sort is a league table one click away; and of Streamlit's own there are only such.
    assert not app.dataframe
    for body in (item.proto.body for item in app.get("html")):
        listed = [name for name in _first_column(body) if name in names]
        assert listed == sorted(listed, key=str.casefold)
    assert not re.search(r"league table(?!\.)|\branked? (?:first|last|\d)|\b\d+(?:st|nd|rd|th) of \d", told(app))


def test_the_list_of_communities_is_long_enough_to_be_in_order(look: Look) -> None:
    names = {place.name for place in SHIPPED.values()}
    listed = [[name for name in _first_column(item.proto.body) if name in names] for item in look("across").get("html")]
    assert max(map(len, listed)) == len(SHIPPED)


def test_a_document_names_similar_places_in_the_order_they_were_chosen() -> None:
    finding = examples.burglary()
    compared = finding.comparison
    assert compared is not None
    counts = tuple((float(number * 7 % 60), 1.0) for number in range(len(compared.areas)))
    document = finding_as_json(replace(finding, comparison=replace(compared, unit_counts=counts)), area_name="x")
    assert [one["codes"] for one in document["comparison"]["areas"]] == [list(codes) for codes, _ in compared.areas]
    assert not any("rank" in key or "position" in key for key in document)


def test_only_places_with_a_file_have_a_page(look: Look) -> None:
    words = {f"{place.name}, {place.town}" for place in SHIPPED.values()}
    assert set(chosen(look("your-area"), "area").options) == words


def test_a_page_nobody_here_has_seen_says_so(look: Look) -> None:
    assert SHIPPED["north-stonehouse"].consulted == "not yet"
    assert told(look("your-area")).count("not yet discussed with people here") == 1


@pytest.mark.parametrize(
    ("drawn_by", "consulted", "waiting"),
    [
        ("", "not yet", True),
        ("neighbours who discussed the line among themselves", "not yet", True),
        ("the residents' association", "residents' evening, March 2026", False),
    ],
)
def test_only_those_who_were_asked_take_the_sentence_away(
    own_folder: Folder, open_own_page: Open, drawn_by: str, consulted: str, waiting: bool
) -> None:
    (own_folder.areas / "own.toml").write_text(
        f'schema = 1\nname = "Own"\n[place]\nsmall_areas = ["E01015153"]\ndrawn_by = "{drawn_by}"\nconsulted = "{consulted}"\n',
        encoding="utf-8",
    )
    text = told(drawn_well(open_own_page("your-area", area="own")))
    assert ("not yet been discussed with people here" in text) == waiting
    assert (f"People here saw and discussed this page: {consulted}." in text) != waiting


def test_every_sensitive_outcome_is_kept_off_the_residents_page() -> None:
    sensitive = [name for name, item in all_indicators().items() if SENSITIVE.search(f"{name} {item.title}")]
    assert len(sensitive) >= 10
    for name in sensitive:
        finding = replace(
            examples.fell_more(),
            question=replace(examples.burglary().question, indicator=name),
            title=all_indicators()[name].title,
        )
        assert name_of(name, finding.title).page != "story", name
        assert not is_told(finding)
        text = " ".join(map(str, story([finding, examples.fell_more()], "Here")))
        assert not SENSITIVE.search(text), name


def test_a_sensitive_outcome_somebody_chose_is_on_the_board_and_in_no_story_or_picture(
    own_folder: Folder, open_own_page: Open
) -> None:
    path = own_folder.areas / "north-stonehouse.toml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace('chosen_beforehand = ["burglary"', 'chosen_beforehand = ["child-protection", "burglary"')
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    app = drawn_well(open_own_page("your-area", area="north-stonehouse"))
    assert "In Stronger North Stonehouse, break-ins" in told(app)
    drawn = pictures(app)
    assert "Break-ins" in drawn
    for seen in (told(app), drawn, bodies(app)):
        assert "protection" not in seen
    assert "Children on a protection plan" in told(drawn_well(open_own_page("board", area="north-stonehouse")))


def test_another_list_chosen_beforehand_is_another_plan() -> None:
    question = examples.burglary().question
    changed = replace(question, family=("burglary", "shoplifting"))
    one, other = (plan_hash(asked, [["E01000000"]], "data") for asked in (question, changed))
    assert one != other
    # Their order is nobody's choice.
    assert plan_hash(replace(question, family=question.family[::-1]), [["E01000000"]], "data") == one


def test_the_board_says_when_its_outcomes_were_chosen(look: Look, own_folder: Folder, open_own_page: Open) -> None:
    assert "3 outcomes chosen beforehand, on 21 November 2026" in told(look("board"))
    path = own_folder.areas / "north-stonehouse.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("chosen_on = 2026-11-21\n", ""), encoding="utf-8")
    assert "chosen beforehand, with no date on record" in told(drawn_well(open_own_page("board")))


_CHANGED = """[[study.changed]]
on = 2026-11-20
was = ["burglary", "child-protection"]
reason = "No figure of one is published for a neighbourhood <b>like ours</b>."

"""


def test_the_board_says_that_and_why_its_list_was_changed(look: Look, own_folder: Folder, open_own_page: Open) -> None:
    assert "was changed on" not in told(look("board"))
    path = own_folder.areas / "north-stonehouse.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[[milestone]]", f"{_CHANGED}[[milestone]]", 1), "utf-8")
    board = drawn_well(open_own_page("board"))
    assert (
        "3 outcomes chosen beforehand, on 21 November 2026 The list chosen beforehand was changed on 20 November 2026. "
        "Until then it was burglary and children on a protection plan. Why: No figure of one is published for a "
        "neighbourhood <b>like ours</b>."
    ) in told(board)
    assert "<b>like ours" not in bodies(board)


def _answer(indicator: str, text: str) -> str:
    return f"""
[[reply]]
indicator = "{indicator}"
text = "{text}"
said_by = "a resident of <i>Octagon Street</i>"
consent = "2026-11, on paper and here"
on = "2026-11"
"""


_SAID = "It is <b>quieter</b> on our stairs now."


@pytest.fixture
def answered(own_folder: Folder) -> None:
    path = own_folder.areas / "north-stonehouse.toml"
    answers = (
        _answer("burglary", _SAID) + _answer("child-protection", "Ask us first.") + _answer("fires", "We saw none.")
    )
    path.write_text(path.read_text(encoding="utf-8") + answers, encoding="utf-8")


_HEARD = f"People here answer: “{_SAID}” — a resident of <i>Octagon Street</i>, November 2026"


@pytest.mark.usefixtures("answered")
@pytest.mark.parametrize("page", ["your-area", "board", "explore"])
def test_an_answer_stands_beside_its_number(open_own_page: Open, page: str) -> None:
    app = drawn_well(open_own_page(page, area="north-stonehouse", indicator="burglary"))
    parts = [item.proto.body for item in app.get("html")]
    (at,) = [number for number, part in enumerate(parts) if "on our stairs" in part]
    if page == "board":
        rows = parts[at].split("</tr>")
        (under,) = [number for number, row in enumerate(rows) if "on our stairs" in row]
        assert 'scope="row">Burglary <' in rows[under - 1]
    else:
        above = at - (2 if page == "your-area" else 1)  # a picture stands between
        assert 'class="verdict"' in parts[above]
        if page == "your-area":
            assert "78 before, 34 after" in parts[above - 1]
            assert "<img" in parts[at - 1]
    assert told(app).count(_HEARD) == 1
    # Words of residents are text; who agreed to what is kept in the file.
    for unwanted in ("<b>quieter", "<i>Octagon", "2026-11, on paper"):
        assert unwanted not in bodies(app)


@pytest.mark.usefixtures("answered")
def test_no_answer_is_left_off_the_board_and_no_sensitive_one_is_on_the_residents_page(open_own_page: Open) -> None:
    text = told(drawn_well(open_own_page("board", area="north-stonehouse")))
    assert "Children on a protection plan: “Ask us first.”" in text
    assert "“We saw none.”" in text
    assert "Ask us first" not in told(drawn_well(open_own_page("your-area", area="north-stonehouse")))


def test_nobody_answers_where_nobody_was_heard(look: Look) -> None:
    for page in ("your-area", "board", "explore"):
        assert "People here answer" not in told(look(page))


def test_an_answer_to_no_number_is_refused_in_a_sentence(own_folder: Folder, open_own_page: Open) -> None:
    path = own_folder.areas / "north-stonehouse.toml"
    path.write_text(path.read_text(encoding="utf-8") + _answer("burglery", "x"), encoding="utf-8")
    message = refused(open_own_page("board"))
    assert "burglery" in message
    assert "burglary" in message


def _shape(finding: Finding) -> list[str]:
    """The tags of a row of the board with their classes and sizes: all that decides how large it is."""
    html = scorecard.scorecard_html([finding], caption="x").split("<tbody>")[1]
    return [
        re.sub(r' (?:src|alt|style|data-label)="[^"]*"', "", tag).strip()
        for tag in re.findall(r"<[^>]*>", html)
    ]  # fmt: skip


def test_good_news_and_bad_have_the_same_size() -> None:
    good = examples.fell_more()
    bad = replace(good, better="higher")
    assert _shape(good) == _shape(bad)
    words = [scorecard.scorecard_html([one], caption="x") for one in (good, bad)]
    assert "(better)" in words[0]
    assert "(worse)" in words[1]
    # The pictures are of one size, and neither is drawn bolder.
    sizes = [re.findall(r'width="\d+" height="\d+"', word) for word in words]
    assert sizes[0] == sizes[1] != []


def test_the_story_tells_good_news_and_bad_in_one_breath() -> None:
    told_in_full, good, bad = examples.same(), examples.fell_more(), examples.rose_more()
    texts = [story([told_in_full, *others], "Here") for others in ((good, bad), (bad, good))]
    for paragraphs in texts:
        (both,) = [one for one in paragraphs if one.lead == "Some things moved differently here than elsewhere."]
        assert "fell more than in similar places" in both.text
        assert "rose more than in similar places" in both.text
    # What the partnership listed first comes first, whichever way it went.
    assert [str(one) for one in texts[0]] != [str(one) for one in texts[1]]
    alone = [story([told_in_full, one], "Here") for one in (good, bad)]
    assert [one.lead for one in alone[0]] == [one.lead for one in alone[1]]


def test_the_glance_has_a_row_for_bad_news_even_where_there_is_none(look: Look) -> None:
    rows = {
        words: re.sub(r"data:[^\"]*|<th.*?</th>|<td>(?:none|\d+)</td>", "", row)
        for row, words in re.findall(r'(<tr>.*?<th scope="row">(.*?)</th>.*?</tr>)', bodies(look("your-area")))
    }
    good, bad = rows["Better than in similar places"], rows["Worse than in similar places"]
    assert good == bad
