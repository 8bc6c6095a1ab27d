"""Pictures for documents that cannot be trusted with SVG: drawn from it by Typst, with the house's own fonts."""

from __future__ import annotations

import json
from collections.abc import Sequence

from outputs.paper_pdf import fonts
from store.errors import OutcomesError

_DOTS_PER_INCH = 200
# One page a picture, as large as the picture.
_PAGES = """
#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for (at, svg) in json(bytes(sys.inputs.pictures)).enumerate() [
  #if at > 0 { pagebreak() }
  #image(bytes(svg), format: "svg")
]
"""


def as_png(pictures: Sequence[str]) -> list[bytes]:
    """Every SVG as a PNG of 200 dots to the inch, on white. Raises OutcomesError where one of them is no picture."""
    import typst

    if not pictures:
        return []
    try:
        made = typst.compile(
            _PAGES.encode(), font_paths=fonts(), ignore_system_fonts=True, format="png", ppi=_DOTS_PER_INCH,
            sys_inputs={"pictures": json.dumps(list(pictures))},
        )  # fmt: skip
    except typst.TypstError as error:
        raise OutcomesError(f"A picture cannot be drawn: {error.message}", do="Tell whoever runs this tool.") from error
    return [bytes(made)] if isinstance(made, bytes) else [bytes(one) for one in made or ()]
