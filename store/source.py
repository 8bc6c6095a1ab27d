"""Who published what: the declaration of a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FormatEvidence = Literal["real file", "documented header"]


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher's data set, as cited under every chart.

    ``format_evidence`` says whether the loader has met a real file of the publisher's, or was built to a documented
    header and has met none. ``address`` is where ``refresh`` looks; ``OUTCOMES_<NAME>_URL`` replaces it.
    """

    name: str
    title: str
    publisher: str
    landing_page: str
    licence: str
    attribution: str
    geography: str
    frequency: str
    caveats: tuple[str, ...]
    format_evidence: FormatEvidence
    address: str | None = None
