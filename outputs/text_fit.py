"""How much room words take on a slide, told by letters: no font is measured, because nobody knows which one a reader has."""

from __future__ import annotations

from collections.abc import Sequence

POINTS_PER_INCH = 72
LINE = 1.25  # line height for each point of letter size
_NARROW, _WIDE = frozenset("iljtfrI.,;:'’|!()[] "), frozenset("mwMW@%—–£")
# Shares of the letter size, rounded up from common sans serif faces, so that a stand-in font still fits.
_SHARES = (0.34, 0.62, 0.7, 0.95)


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return _SHARES[0]
    if letter in _WIDE:
        return _SHARES[3]
    return _SHARES[2] if letter.isupper() else _SHARES[1]


def width(text: str, points: float) -> float:
    """About how wide one line of ``text`` is, in inches."""
    return sum(map(_letter, text)) * points / POINTS_PER_INCH


def lines(text: str, points: float, inches: float) -> int:
    """How many lines ``text`` takes in a box ``inches`` wide; a word wider than the box is broken."""
    number, used = 1, 0.0
    space = width(" ", points)
    for word in text.split():
        wide = width(word, points)
        if used and used + space + wide <= inches:
            used += space + wide
            continue
        number += bool(used)
        number += int(wide // inches) if wide > inches else 0
        used = wide % inches if wide > inches else wide
    return number


def height(paragraphs: Sequence[str], points: float, inches: float, gap: float = 0.4) -> float:
    """How high ``paragraphs`` stand in a box ``inches`` wide, in inches, ``gap`` lines between any two."""
    rows = sum(lines(text, points, inches) for text in paragraphs) + gap * max(len(paragraphs) - 1, 0)
    return rows * points * LINE / POINTS_PER_INCH


def points_for(paragraphs: Sequence[str], inches: float, high: float, sizes: Sequence[float]) -> float:
    """The largest of ``sizes`` at which ``paragraphs`` fit into ``inches`` × ``high``; the smallest where none does."""
    falling = sorted(sizes, reverse=True)
    return next((size for size in falling if height(paragraphs, size, inches) <= high), falling[-1])


def shortened(text: str, points: float, inches: float, high: float) -> str:
    """``text`` where it fits into ``inches`` × ``high``, else as many whole words as do (letters of a single word), and an
    ellipsis.
    """

    def fits(cut: str) -> bool:
        return height([cut], points, inches) <= high

    if fits(text):
        return text
    words = text.split()
    while len(words) > 1 and not fits(" ".join(words) + " …"):
        words.pop()
    cut = " ".join(words) + " …"
    while len(cut) > 2 and not fits(cut):
        cut = cut[:-2] + "…"
    return cut
