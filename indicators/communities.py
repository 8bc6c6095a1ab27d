"""Communities that pool their evidence on one outcome: every one that was invited, and what they say together."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.finding import Finding
from indicators.together import FEWEST_SITES, SiteGap, Together, together
from indicators.verdict import HEADLINE_P
from indicators.weighted_baseline import spread_behind
from store.errors import BadQuestion


@dataclass(frozen=True, slots=True)
class Site:
    """One invited community: its finding, and why it could not be pooled (empty where it was)."""

    finding: Finding
    because: str

    @property
    def area(self) -> str:
        """The community's short name."""
        return self.finding.question.area


@dataclass(frozen=True, slots=True)
class Communities:
    """What invited communities say together of one outcome.

    ``sites`` are all that were invited, in the order given; ``together`` pools those whose ``because`` is empty;
    ``shared_areas`` is how many small areas stand in the comparison of more than one of them.
    """

    sites: tuple[Site, ...]
    together: Together
    shared_areas: int

    @property
    def pooled_sites(self) -> tuple[Site, ...]:
        """The communities that were pooled."""
        return tuple(site for site in self.sites if not site.because)

    @property
    def stands_out(self) -> bool:
        """Whether chance gives a gap like the pooled one in at most 4 of 100."""
        return self.together.pooled.p <= HEADLINE_P


def communities(findings: Sequence[Finding]) -> Communities:
    """Pool findings on the same outcome, one a community, each with its own dates and its own similar places.

    A community enters whatever its numbers show, also where they are too few to tell by themselves. It is listed and
    not pooled where it cannot be compared, or where the counting changed between its periods. Communities that are
    named twice or share a small area, different outcomes, and fewer than two that can be pooled are BadQuestions.
    """
    _refuse_muddle(findings)
    sites = tuple(Site(finding, left_out_because(finding)) for finding in findings)
    gaps = {site.area: _gap(site.finding) for site in sites if not site.because}
    if len(gaps) < FEWEST_SITES:
        raise _too_few(sites)
    return Communities(sites, together(gaps), _shared([site.finding for site in sites if not site.because]))


def _refuse_muddle(findings: Sequence[Finding]) -> None:
    if len({finding.question.indicator for finding in findings}) > 1:
        raise BadQuestion("Different outcomes cannot be pooled", do="Ask about one outcome at a time.")
    owners: dict[str, str] = {}
    for finding in findings:
        area = finding.question.area
        if area in owners.values():
            raise BadQuestion(f"“{area}” is named twice", do="Name each community once.")
        for code in finding.question.members:
            if code in owners:
                raise BadQuestion(
                    f"“{owners[code]}” and “{area}” share the small area {code}, which would be counted twice",
                    do="Leave one of them out.",
                )
        owners |= dict.fromkeys(finding.question.members, area)


def left_out_because(finding: Finding) -> str:
    """Why a community cannot be pooled; empty where it can."""
    if finding.verdict == "Not loaded":
        return "it is not loaded"
    if finding.comparison is None:
        return "; ".join(finding.verdict_because)
    if any(slug == "break-step" for slug, _ in finding.caveats):
        return "the counting changed between its two periods"
    return ""


def _gap(finding: Finding) -> SiteGap:
    """The log ratio of a finding, and its standard error, from the ratio and the change that it could detect."""
    assert finding.comparison is not None
    assert finding.detectable_change_percent is not None
    spread = spread_behind(-finding.detectable_change_percent / 100, len(finding.comparison.areas))
    return SiteGap(math.log(finding.comparison.headline.ratio), spread)


def _too_few(sites: Sequence[Site]) -> BadQuestion:
    left_out = [site for site in sites if site.because]
    number = "Only one" if len(left_out) < len(sites) else "None"
    why = "; ".join(f"{site.area}: {site.because}" for site in left_out)
    return BadQuestion(
        f"{number} of the communities named can be pooled, and {FEWEST_SITES} are needed"
        + (f" ({why})" if why else ""),
        do="Invite others, or give their files a start.",
    )


def _shared(findings: Sequence[Finding]) -> int:
    times = Counter(
        code
        for finding in findings
        if finding.comparison is not None
        for code in {code for codes, _ in finding.comparison.areas for code in codes}
    )
    return sum(number > 1 for number in times.values())
