"""The board pack in large print: the same content at 18 point and more, with cards in place of tables."""

from __future__ import annotations

from collections.abc import Mapping

from outputs.pack import Pack
from outputs.paper_data import Pictures, document
from outputs.paper_pdf import pdf
from store.database import Store

_PICTURES = Pictures(width=510, height=330, words=18)


def make(pack: Pack, store: Store) -> Mapping[str, bytes]:
    """The pack as PDF/UA-1, by suffix."""
    return {".pdf": pdf("board_pack_large", document(pack, store, _PICTURES), pack.made_on)}
