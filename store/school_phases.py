"""The phase of education of every open school, as the newest register gives it.

A phase is a membership: England holds the school by the relation of its phase (``area_member``), and a school that is not
open any more has none. Memberships of a relation are replaced whole, so they always stand as they are now.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from store.database import Store

# Relation → the phase in words; a special or an independent school has none.
PHASES: Mapping[str, str] = MappingProxyType({
    "nursery_school": "nursery", "primary_school": "primary", "middle_school": "middle", "secondary_school": "secondary",
    "all_through_school": "all-through", "school_from_16": "from 16", "school_without_phase": "",
})  # fmt: skip


def school_phases(store: Store) -> dict[str, str]:
    """Code of each open school → its phase (one of PHASES' words); empty where no register is loaded."""
    found = store.rows(
        "SELECT a.code, m.relation FROM area_member m JOIN area a ON a.area_id = m.member_id WHERE a.kind = 'school' "
        "AND m.relation IN (SELECT unnest(?)) ORDER BY a.code",
        [list(PHASES)],
    )
    return {code: PHASES[relation] for code, relation in found}
