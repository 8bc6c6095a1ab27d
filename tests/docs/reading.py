"""Reading the project's documents as a test needs them: text, links, code blocks, tables, commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`]+)`", re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"python -m (?:loaders|indicators)(?![\w.])[^\n&#|]*")
_BELOW_TWENTY = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def documents() -> list[Path]:
    """Every document of the project, those beside the data included."""
    found = [*REPOSITORY.glob("*.md"), *REPOSITORY.glob("docs/**/*.md"), *REPOSITORY.glob("data/*/README.md")]
    return sorted([*found, REPOSITORY / "notebooks" / "README.md", REPOSITORY / "benchmarks" / "README.md"])


def text(name: str) -> str:
    """A document's text."""
    return (REPOSITORY / name).read_text(encoding="utf-8")


def in_words(number: int) -> str:
    """A number from 0 to 99 as the documents write it."""
    if number < len(_BELOW_TWENTY):
        return _BELOW_TWENTY[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens - 2] + (f"-{_BELOW_TWENTY[ones]}" if ones else "")


def section(name: str, heading: str) -> str:
    """What stands below a heading of any level, up to the next one of the same or a higher level."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*)", text(name), re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no heading “{heading}”"
    return re.split(rf"^#{{1,{len(found[1])}}} ", found[2], maxsplit=1, flags=re.MULTILINE)[0]


def blocks(words: str, language: str) -> list[str]:
    """The fenced code blocks of one language; the empty string for those that name none."""
    return [body for found, body in _FENCE.findall(words) if found == language]


def rows(words: str) -> list[list[str]]:
    """The cells of every table row, heads and rules left out."""
    lines = [line.strip() for line in words.splitlines()]
    found = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        rule = re.fullmatch(r"[|:\- ]+", line)
        if line.startswith("|") and not rule and not re.fullmatch(r"\|[|:\- ]+", after):
            found.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return found


def links(words: str) -> list[str]:
    """Targets of links and pictures, those on the web left out."""
    outside = _FENCE.sub("", words)
    return [target for target in _LINK.findall(outside) if not target.startswith(("http://", "https://"))]


def headings(path: Path) -> set[str]:
    """The anchors of a document's headings, as code hosts make them."""
    lines = re.findall(r"^#+ (.*)$", _FENCE.sub("", path.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-") for line in lines}


def commands(words: str) -> list[list[str]]:
    """Every “python -m loaders …” or “python -m indicators …” in code, split as a shell would."""
    code = [*(body for _, body in _FENCE.findall(words)), *_INLINE.findall(_FENCE.sub("", words))]
    found = [" ".join(match.split()) for body in code for match in _COMMAND.findall(body.replace("\n", " \n"))]
    return [shlex.split(line) for line in found]
