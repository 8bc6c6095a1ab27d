"""Several communities' evidence on one outcome in words and as JSON: every community that was invited is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indicators.communities import Communities, Site
from indicators.finding import Finding
from outputs import clauses
from outputs.finding_json import SCHEMA_VERSION, finding_as_json
from outputs.json_numbers import ratio, rounded
from outputs.names import upper_first
from outputs.words import USE, count, number, range_words, ratio_words, small_number, span, tone_of
from store.period import Window, month_words

# Fewer than this, and the spread between communities is little more than a guess.
_ENOUGH_SITES = 5


def lines(found: Communities, names: Mapping[str, str]) -> tuple[str, ...]:
    """What a command prints: a line for every community in the order invited, then what they say together.

    ``names`` gives each community's name by its short one.
    """
    return (*(_site_line(site, found, names) for site in found.sites), sentence(found))


def sentence(found: Communities) -> str:
    """The pooled reading: counts, the common ratio with its range, how much it hangs on one community, what it cannot say."""
    findings = [site.finding for site in found.pooled_sites]
    pair, pooled = clauses.comparatives(findings[0]), found.together.pooled
    much = ratio_words(pooled.ratio, pair)
    beside = "than" if much.endswith(pair) else "as"
    said = [
        _counts(findings),
        f"Together that is about {much} {beside} similar places would have led us to expect, "
        f"{range_words(pooled.lower, pooled.upper, pair)}.",
        "Chance alone gives a gap like this in at most 4 of 100."
        if found.stands_out
        else "We cannot tell that from chance.",
    ]
    without = [one.ratio for one in found.together.without.values()]
    if without:
        said.append(
            f"Leaving out one community at a time, the estimate lies {range_words(min(without), max(without), pair)}."
        )
    if found.together.between > 0:
        said.append("The communities differ from each other; the range allows for that.")
    return " ".join([*said, *_caveats(found), "This does not prove why."])


def _counts(findings: Sequence[Finding]) -> str:
    """How many communities, and what they counted where their counts can be added."""
    who = f"{upper_first(small_number(len(findings)))} communities"
    called = clauses.name(findings[0])
    pairs = [
        pair for one in findings if (pair := clauses.pair(one)) is not None and one.kind == "events" and not pair.unit
    ]
    if len(pairs) < len(findings):
        return f"{who} were put together."
    before, after = count(sum(pair.before for pair in pairs)), count(sum(pair.after for pair in pairs))
    months = [sum(pair.months[side] for pair in pairs) for side in (0, 1)]
    return (
        f"{who} were put together: {called.plain} came to {before} in their {months[0]} months before and {after} in their "
        f"{months[1]} months after."
    )


def _caveats(found: Communities) -> list[str]:
    said = []
    if len(found.pooled_sites) < _ENOUGH_SITES:
        said.append("With so few communities nobody can say how much they differ, so the range may be too narrow.")
    if found.shared_areas:
        what = "One small area stands" if found.shared_areas == 1 else f"{number(found.shared_areas)} small areas stand"
        said.append(f"{what} in the comparison of more than one of them, so the range may be a little too narrow.")
    return said


def _site_line(site: Site, found: Communities, names: Mapping[str, str]) -> str:
    finding, name = site.finding, names[site.area]
    if site.because:
        return f"{name}: not put together with the others – {site.because}."
    before, after, pair = finding.before, finding.after, clauses.pair(finding)
    assert finding.comparison is not None
    told = ""
    if before and after and pair:
        told = (
            f"{pair.shown[0]} in {span(pair.months[0])} ({_months(before.window)}), {pair.shown[1]} in "
            f"{span(pair.months[1])} ({_months(after.window)}); "
        )
    words, headline = clauses.comparatives(finding), finding.comparison.headline
    # A site with too few events shows its range and never its ratio, here as on every page.
    gap = "" if tone_of(finding) == "too_few" else f"{ratio_words(headline.ratio, words)}, "
    share = f"{number(100 * found.together.shares[site.area])} of 100 parts of the weight"
    return (
        f"{name}: {told}{gap}{range_words(headline.lower, headline.upper, words)}, against {len(finding.comparison.areas)} "
        f"similar places. {finding.verdict}. It carries {share}."
    )


def _months(window: Window) -> str:
    return f"{month_words(window.first)} to {month_words(window.last)}"


def together_as_json(found: Communities, names: Mapping[str, str]) -> dict[str, Any]:
    """The document of ``together --json``: every invited community, the pooled ratio, and what it is without each."""
    first = found.sites[0].finding
    return {
        "schema_version": SCHEMA_VERSION,
        "indicator": first.question.indicator,
        "title": first.title,
        "better": first.better,
        "sites": [_site(site, found, names) for site in found.sites],
        "number": len(found.pooled_sites),
        "pooled": ratio(found.together.pooled),
        "between": rounded(found.together.between, 3),
        "shared_small_areas": found.shared_areas,
        "stands_out": found.stands_out,
        "sentence": sentence(found),
        "use": USE,
    }


def _site(site: Site, found: Communities, names: Mapping[str, str]) -> dict[str, Any]:
    whole = finding_as_json(site.finding, area_name=names[site.area])
    compared = whole["comparison"] or {}
    without = found.together.without.get(site.area)
    return {
        **{key: whole[key] for key in ("area", "area_name", "before", "after", "change", "verdict", "verdict_because")},
        "pooled": not site.because,
        "because": site.because or None,
        **{key: compared.get(key) for key in ("number", "ratio", "lower", "upper", "p", "placebo_at_least")},
        "share": rounded(found.together.shares.get(site.area), 3),
        "pooled_without_it": ratio(without) if without else None,
        "plan_hash": whole["plan_hash"],
        "data_hash": whole["data_hash"],
    }
