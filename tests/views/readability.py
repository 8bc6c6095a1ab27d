"""How hard a text is to read, by two published formulas, and the sentences of a page that they are asked of.

textstat, the usual package, fetches a dictionary of syllables from the internet the first time it is asked: a test may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import unescape

FIRST_SCHOOL_YEAR = 5  # years of age less one grade: a pupil of grade 1 is 6
_WORD = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*")
_NOT_READ_AS_SENTENCES = re.compile(
    r"<style>.*?</style>|<svg.*?</svg>|<div class=\"scrolled\".*?</div>|<p class=\"source\">.*?</p>", re.DOTALL
)
_APART = re.compile(r"</?(?:p|td|th|tr|li|ul|br|strong|div|table|blockquote|caption)\b[^>]*>")


def sentences(html: str) -> list[str]:
    """The whole sentences of some HTML: at least four words and a stop. Labels, the cells of tables of figures, pictures
    and the lines of sources are none.
    """
    parts = _APART.split(_NOT_READ_AS_SENTENCES.sub(" ", html))
    texts = [" ".join(unescape(re.sub(r"<[^>]*>", " ", part)).split()) for part in parts]
    found = [one for text in texts for one in re.split(r"(?<=[.!?])\s+", text)]
    return [one for one in found if len(words(one)) >= 4 and one.rstrip(")”")[-1:] in (".", "!", "?")]


def words(text: str) -> list[str]:
    """Words and numbers; a number is one word."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """About how many syllables an English word has: groups of vowels, less a silent e; of a number one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    number = len(re.findall(r"[aeiouy]+", letters))
    if re.search(r"[^aeiouyl]e$|[^aeiouycgsxz]es$|[^aeiouytd]ed$|[aeiou]le$", letters):
        number -= 1
    return max(number, 1)


def grade(text: Sequence[str]) -> float:
    """The school grade of the United States at which these sentences can be read (Kincaid, Fishburne, Rogers and Chissom,
    Research Branch Report 8-75, Naval Technical Training Command, 1975).
    """
    each = _all_words(text)
    return 0.39 * len(each) / len(text) + 11.8 * sum(map(syllables, each)) / len(each) - 15.59


def automated_index(text: Sequence[str]) -> float:
    """The same from letters alone, without syllables (Smith and Senter, Automated Readability Index, AMRL-TR-66-220,
    Wright-Patterson Air Force Base, 1967).
    """
    each = _all_words(text)
    letters = sum(character.isalnum() for word in each for character in word)
    return 4.71 * letters / len(each) + 0.5 * len(each) / len(text) - 21.43


def reading_age(text: Sequence[str]) -> float:
    """The higher of the two, as an age in years."""
    return max(grade(text), automated_index(text)) + FIRST_SCHOOL_YEAR


def hardest(text: Iterable[str], number: int = 3) -> list[str]:
    """The sentences that are hardest to read, for whoever has to simplify them."""
    return sorted(set(text), key=lambda one: -reading_age([one]))[:number]


def _all_words(text: Sequence[str]) -> list[str]:
    return [word for sentence in text for word in words(sentence)]
