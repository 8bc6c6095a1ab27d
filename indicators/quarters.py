"""Months gathered into blocks of three, counted outwards from the start, as the comparison needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from store.errors import BadQuestion
from store.period import Window, month_number, month_text

MONTHS_IN_A_QUARTER = 3
MOST_QUARTERS_BEFORE = 20


@dataclass(frozen=True, slots=True)
class Blocks:
    """Positions of months in the series, one tuple a block, earliest first; only usable months, no empty block.

    ``before`` are whole quarters of the calendar (some of whose months may be unusable); the last of ``after`` may be
    shorter.
    """

    before: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]

    def sums(self, counts: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Rows × months added up to rows × blocks, the blocks before first; NaN in a used month stays NaN."""
        values = np.asarray(counts, dtype=float)
        blocks = [values[..., list(block)].sum(axis=-1) for block in self.before + self.after]
        return np.stack(blocks, axis=-1)


def blocks(
    months: Sequence[int],
    usable: Sequence[bool],
    before: Window,
    after: Window,
    most: int = MOST_QUARTERS_BEFORE,
) -> Blocks:
    """Quarters back from the end of ``before`` (at most ``most``, reaching past its start) and forward over ``after``.

    ``months`` are month numbers (store.period), rising, one a column of the series; ``usable`` says which may be used.
    A quarter that would start before the first usable month is not whole and is not used; a quarter without usable
    months is dropped and not replaced by an older one. Windows out of order, months not rising or marks that do not
    fit the months, and a side without any block are BadQuestions.
    """
    numbers = [int(number) for number in months]
    if len(numbers) != len(usable) or any(second <= first for first, second in pairwise(numbers)):
        raise BadQuestion("The months are not in order, each once with its mark", do="Sort the months and mark each.")
    if month_number(after.first) <= month_number(before.last):
        raise BadQuestion(
            f"The period after starts in {month_text(after.first)}, before the period before has ended",
            do="Let the period after start later.",
        )
    position = {number: index for index, number in enumerate(numbers) if usable[index]}

    def gather(first: int, months_long: int) -> tuple[int, ...]:
        return tuple(position[number] for number in range(first, first + months_long) if number in position)

    end = month_number(before.last) + 1
    whole = min(most, max(0, end - min(position, default=end)) // MONTHS_IN_A_QUARTER)
    earlier = [gather(end - MONTHS_IN_A_QUARTER * back, MONTHS_IN_A_QUARTER) for back in range(whole, 0, -1)]
    starts = after.numbers[::MONTHS_IN_A_QUARTER]
    later = [gather(start, min(MONTHS_IN_A_QUARTER, after.numbers.stop - start)) for start in starts]
    found = Blocks(tuple(block for block in earlier if block), tuple(block for block in later if block))
    if not found.before or not found.after:
        side = "before" if not found.before else "after"
        raise BadQuestion(
            f"No usable quarter {side} the start", do="Load more months, or choose a period that the data cover."
        )
    return found
