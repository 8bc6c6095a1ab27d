"""What lies around a finding: breaks in its recording, and the council its place lies in."""

from __future__ import annotations

from collections.abc import Sequence

from indicators.finding import Finding
from indicators.ground import Ground
from indicators.local_indicators import declared
from store.database import Store
from store.recording_break import RecordingBreak


def breaks_of(store: Store, finding: Finding) -> tuple[RecordingBreak, ...]:
    """The recording breaks that touch a finding's series."""
    ground = Ground(store, finding.question.members, "police_force")
    measures = declared(store, finding.question.indicator).measures
    return store.breaks(measures, ground.authority, ground.country)


def council_around(store: Store, members: Sequence[str]) -> tuple[str, dict[str, str], dict[str, str]]:
    """The council most of a place lies in, with the outlines (GeoJSON) and names of that council's small areas by code."""
    home = store.small_areas(codes=members)
    council = str(home["council"].mode().iloc[0])
    around = store.small_areas(police_force=str(home["police_force"].mode().iloc[0]))
    inside = around[around["council"] == council]
    codes = tuple(sorted({*inside.index.to_list(), *members}))
    return council, store.outlines(codes), dict(zip(around.index, around["name"], strict=True))
