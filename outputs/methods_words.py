"""How it is decided what can be said, in the words of the methods page and of every paper."""

from __future__ import annotations

HOW = (
    "We count what was recorded here in the months before and after. Then we look at places like this one, made of as many small "
    "areas side by side, in the same police force area, where as many people have low incomes. Places that touch this one, and places "
    "with a programme of their own, are left out and named.",
    "From what those places did we work out what would have been seen here had it changed as they did. The earlier quarters are weighted "
    "by how well such quarters foretell later ones in places with no programme (a weighted baseline). The same is done for every similar "
    "place in turn: that shows how large a gap chance alone makes.",
    "Small areas keep one meaning from 2011 to 2021: where the national statistics office split or merged them, we hold the exact union.",
)
# What a page says of an outcome, and when.
LADDER = (
    ("Not loaded", "There are no data for it. The page says the command that loads them."),
    (
        "Cannot be compared",
        "No start date, a start inside a recording break, under 12 clean months on a side, or fewer than 19 similar places.",
    ),
    (
        "Too few events to tell",
        "Fewer than 25 were counted before, or only a fall beyond 60 % would usually show. Counts and ranges stay; the ratio is not shown.",
    ),
    (
        "Fell more / Rose more than in similar places",
        "The main method finds a gap that chance gives in at most 4 of 100 places, a second method leans the same way, and it stands out among all outcomes chosen beforehand.",
    ),
    ("About the same as similar places", "The whole range lies within 15 % of no difference."),
    ("We cannot tell", "Everything else. It is a result, not a failure."),
)
