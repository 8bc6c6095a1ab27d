"""Communities together in words and as JSON: everyone invited is listed, too few hides the ratio, and doubts are said."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from indicators.communities import Communities, communities
from indicators.finding import Finding, Ratio
from outputs.together_words import lines, sentence, together_as_json
from outputs.words import FORBIDDEN
from tests.outputs import examples


def of(area: str, finding: Finding, **changed: object) -> Finding:
    """``finding`` as that of another community, for burglary."""
    question = replace(finding.question, area=area, members=(area,), indicator="burglary")
    return replace(finding, question=question, **changed)  # type: ignore[arg-type]


CANNOT, FEW, FELL = (
    of("a", examples.cannot_tell()),
    of("b", examples.burglary(), detectable_change_percent=-70.0),
    of("c", examples.fell_more()),
)
NAMES = {"a": "Alder", "b": "Birch", "c": "Cedar", "d": "Dogwood"}


def found(*given: Finding) -> Communities:
    return communities(given)


def test_every_community_invited_has_a_line_in_the_order_given() -> None:
    told = lines(found(CANNOT, of("d", examples.no_start()), FELL), NAMES)
    assert [line.split(":")[0] for line in told[:3]] == ["Alder", "Dogwood", "Cedar"]
    assert told[0].startswith(
        "Alder: 78 in two years (August 2018 to July 2020), 34 in two years (April 2021 to March 2023); 31 % fewer, "
        "somewhere between 64 % fewer and 33 % more, against 60 similar places. We cannot tell. It carries "
    )
    assert told[1] == "Dogwood: not put together with the others – no start date is known."
    assert "of 100 parts of the weight" in told[2]
    assert told[3] == sentence(found(CANNOT, of("d", examples.no_start()), FELL))


def test_too_few_shows_its_counts_and_range_and_never_its_ratio() -> None:
    line = lines(found(CANNOT, FEW), NAMES)[1]
    assert "78 in two years" in line
    assert "(April 2021 to March 2023); somewhere between 64 % fewer and 33 % more" in line
    assert "31 %" not in line
    assert "Too few events to tell" in line


def test_the_pooled_sentence_carries_counts_and_months_and_doubts() -> None:
    text = sentence(found(CANNOT, FEW, FELL))
    assert text.startswith(
        "Three communities were put together: break-ins came to 234 in their 72 months before and 102 in their 72 months after."
    )
    assert "fewer than similar places would have led us to expect, somewhere between" in text
    assert "Leaving out one community at a time, the estimate lies somewhere between" in text
    assert "With so few communities" in text
    # The examples all name the same sixty pairs.
    assert "120 small areas stand in the comparison of more than one of them" in text
    assert text.endswith("This does not prove why.")
    assert not [word for word in FORBIDDEN if word in text.lower()]


def test_chance_is_said_both_ways() -> None:
    unsure = found(CANNOT, FEW)
    assert "We cannot tell that from chance." in sentence(unsure)
    assert "Leaving out" not in sentence(unsure)
    sure = found(*(of(name, examples.fell_more(), detectable_change_percent=-30.0) for name in "abcde"))
    text = sentence(sure)
    assert "Chance alone gives a gap like this in at most 4 of 100." in text
    assert "With so few communities" not in text
    assert "differ from each other" not in text


def test_communities_that_differ_and_one_shared_area_are_said() -> None:
    rose = of(
        "b",
        examples.cannot_tell(),
        comparison=examples.compared(Ratio(2.5, 1.6, 3.9, 0.001)),
        detectable_change_percent=-30.0,
    )
    first = of("a", examples.fell_more(), detectable_change_percent=-30.0)
    assert first.comparison is not None
    assert rose.comparison is not None
    apart = tuple(((f"X{n}", f"Y{n}"), name) for n, (_, name) in enumerate(rose.comparison.areas))
    apart = (((first.comparison.areas[0][0][0], "Y0"), "one shared"), *apart[1:])
    text = sentence(found(first, replace(rose, comparison=replace(rose.comparison, areas=apart))))
    assert "The communities differ from each other; the range allows for that." in text
    assert "One small area stands in the comparison of more than one of them" in text
    clear = tuple(((f"X{n}", f"Y{n}"), name) for n, (_, name) in enumerate(rose.comparison.areas))
    assert "more than one of them" not in sentence(
        found(first, replace(rose, comparison=replace(rose.comparison, areas=clear)))
    )


def test_levels_are_not_added_up() -> None:
    levels = [replace(one, kind="stock") for one in (CANNOT, FELL)]
    assert sentence(found(*levels)).startswith("Two communities were put together. Together that is about")
    assert found(*levels).together == found(CANNOT, FELL).together


def test_a_line_without_counts_keeps_its_range() -> None:
    bare = replace(FELL, before=None, after=None)
    assert lines(found(CANNOT, bare), NAMES)[1].startswith("Cedar: 45 % fewer, somewhere between 62 % and 20 % fewer")


def test_the_document_lists_every_site_and_the_ratio_without_it() -> None:
    whole = found(CANNOT, of("d", examples.no_start()), FEW, FELL)
    document = json.loads(json.dumps(together_as_json(whole, NAMES), allow_nan=False))
    assert (document["schema_version"], document["indicator"], document["title"], document["number"]) == (
        1,
        "burglary",
        "Burglary",
        3,
    )
    by_area = {site["area"]: site for site in document["sites"]}
    assert list(by_area) == ["a", "d", "b", "c"]
    none = by_area["d"]
    assert (none["pooled"], none["because"], none["share"], none["ratio"], none["before"]) == (
        False, "no start date is known", None, None, None,
    )  # fmt: skip
    assert (by_area["a"]["area_name"], by_area["a"]["before"]["count"], by_area["a"]["because"]) == ("Alder", 78, None)
    assert sum(by_area[area]["share"] for area in "abc") == pytest.approx(1, abs=0.002)
    assert by_area["c"]["pooled_without_it"]["ratio"] == round(whole.together.without["c"].ratio, 3)
    assert document["pooled"]["ratio"] == round(whole.together.pooled.ratio, 3)
    assert document["shared_small_areas"] == 120
    assert document["sentence"] == sentence(whole)
