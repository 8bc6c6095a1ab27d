"""How many people live in small areas now."""

from __future__ import annotations

from collections.abc import Sequence

from store.database import Store


def newest_residents(store: Store, codes: Sequence[str]) -> dict[str, float]:
    """Residents of each small area in the newest mid-year held; areas without any are left out."""
    found = store.residents(codes)
    if found.empty:
        return {}
    newest = found[max(found.columns)].dropna()
    return {str(code): float(persons) for code, persons in newest.items()}
