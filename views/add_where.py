"""Where a new neighbourhood is: found by postcode or name, ticked on a map or in a list, or taken from a drawn line."""

from __future__ import annotations

import streamlit as st

from outputs.drawn_words import drawn_words, fit_rows, fit_words, practice_words, school_words
from outputs.map_svg import BOUNDARIES
from outputs.markup import unmarked
from outputs.pick_map import PickPlan, pick_figure
from outputs.table import Table
from outputs.words import small_number
from store.errors import OutcomesError
from views import access, drawing, drawn_access, finder, frame

_FILE_MEGABYTES = 5
_LIST = "Small areas that make your neighbourhood"


def show() -> None:
    """Draw this part of the page."""
    frame.quiet(
        "A neighbourhood is made of small areas: pieces of about 1,000 to 3,000 people for which figures are published."
    )
    _found()
    _uploaded()
    drawn = drawing.current()
    if not drawn.small_areas:
        frame.quiet("Type a postcode, a ward or a town to begin. Then tick what belongs to your neighbourhood.")
        return
    plan = drawn_access.pick_plan(tuple(sorted(drawn.small_areas)))
    _map(plan)
    words = {one.code: one.words for one in plan.areas}
    drawing.kept(
        st.multiselect, _LIST, "small_areas", options=[*words, *(code for code in drawn.small_areas if code not in words)],
        format_func=lambda code: words.get(code, code), help="Type to search. This list and the map show the same.",
    )  # fmt: skip
    frame.quiet(drawn_words(access.store(), drawn.small_areas))
    if refused := drawn_access.refused(drawn.small_areas):
        st.warning(unmarked(refused))
    _schools_and_practices()


def _found() -> None:
    found = finder.ask("Postcode, ward, town or small-area code", "add")
    if found is None:
        return
    if found.sentence:
        st.info(unmarked(found.sentence))
    if found.code:
        _offer(f"Add {found.name}, where that postcode lies", (found.code,), "postcode")
    for at, hit in enumerate(found.hits):
        codes = drawn_access.small_areas_of(hit)
        if codes:
            number = f"{small_number(len(codes))} small area{'' if len(codes) == 1 else 's'}"
            _offer(f"Add {hit.name}, {hit.note or hit.kind}: {number}", codes, str(at))


def _offer(words: str, codes: tuple[str, ...], key: str) -> None:
    if st.button(unmarked(words), key=f"add-offer-{key}"):
        drawing.add_small_areas(codes)
        finder.forget("add")
        st.rerun()


def _uploaded() -> None:
    with st.expander("Take it from a line drawn elsewhere (GeoJSON)", key="add-line"):
        frame.quiet(
            "Any map program can draw one. Save it as GeoJSON in longitude and latitude. The file is read here and not kept."
        )
        uploaded = st.file_uploader(
            "Boundary (GeoJSON)", type=["geojson", "json"], key="add-boundary", max_upload_size=_FILE_MEGABYTES
        )
        if uploaded is None:
            return
        try:
            fit = drawn_access.fit_drawn(uploaded.getvalue())
        except OutcomesError as error:
            frame.problem(error)
            return
        frame.quiet(fit_words(fit))
        rows = fit_rows(fit)
        if rows:
            frame.html(Table(("Small area", "Code", "Inside your line", "Used"), rows).html("How your line fits"))
        if fit.used and st.button("Use these small areas", key="add-use-line"):
            drawing.set_field("small_areas", [one.code for one in fit.used])
            st.rerun()


def _map(plan: PickPlan) -> None:
    frame.quiet("Tap a dot to add a small area or to take it out; or draw a line around several.")
    lasso = st.toggle("Draw a line around several", key="add-lasso")
    # A selection stays with its chart: a chart of a new name has none, so that one tap counts once.
    turn = st.session_state.setdefault("add-map-turn", 0)
    key = f"add-map-{turn}"
    state = st.plotly_chart(
        pick_figure(plan, theme=frame.theme(), lasso=lasso), theme=None, key=key, on_select="rerun",
        selection_mode=("lasso",) if lasso else ("points",), config={"displayModeBar": False}, alt=plan.alt,
    )  # fmt: skip
    picked = [str(point["customdata"]) for point in state["selection"]["points"] if "customdata" in point]
    if picked:
        chosen = drawing.current().small_areas
        if lasso:
            drawing.add_small_areas(picked)
        else:
            kept = [code for code in chosen if code not in picked]
            drawing.set_field("small_areas", kept + [code for code in picked if code not in chosen])
        st.session_state["add-map-turn"] = turn + 1
        st.rerun()
    frame.html(f'<p class="source">{BOUNDARIES}</p>')


def _schools_and_practices() -> None:
    drawn = drawing.current()
    schools, practices = drawn_access.proposed(tuple(sorted(drawn.small_areas)))
    with st.expander("Its schools and surgeries", key="add-providers"):
        frame.quiet(
            "Schools near here are proposed by distance; children here may go elsewhere. Surgeries are proposed where five in a hundred "
            "or more of the people here are registered."
        )
        if not schools and not practices:
            frame.quiet(
                "No list of schools or of surgeries' patients is loaded on this copy. You can type the numbers."
            )
        near = {one.code: school_words(one) for one in schools}
        used = {one.code: practice_words(one) for one in practices}
        drawing.kept(
            st.multiselect, "Schools", "schools", options=list(dict.fromkeys([*near, *drawn.schools])),
            format_func=lambda code: near.get(code, code), accept_new_options=True, max_selections=30,
            placeholder="Choose, or type a school's six-figure number (URN)",
        )  # fmt: skip
        drawing.kept(
            st.multiselect, "Surgeries", "practices", options=list(dict.fromkeys([*used, *drawn.practices])),
            format_func=lambda code: used.get(code, code), accept_new_options=True, max_selections=30,
            placeholder="Choose, or type a surgery's code, such as L83012",
        )  # fmt: skip
