"""The board pack: the scorecard on one sheet, a page an outcome, then how it was decided, as a tagged PDF."""

from __future__ import annotations

from collections.abc import Mapping

from outputs.pack import Pack
from outputs.paper_data import Pictures, document
from outputs.paper_pdf import pdf
from store.database import Store

_PICTURES = Pictures(width=488, height=172, words=9.5)


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The pack as PDF/UA-1, by suffix."""
    return {".pdf": pdf("board_pack", document(pack, store, _PICTURES), pack.made_on)}
