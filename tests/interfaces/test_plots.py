"""Figures: well formed, deterministic, readable without seeing them, and honest about the numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from epsom.core.records import SimulationResult
from epsom.interfaces.plots import body_layout, design
from epsom.interfaces.plots.body import body_picture
from epsom.interfaces.plots.causes import causes
from epsom.interfaces.plots.course import LabPoint, serum, stool
from epsom.interfaces.plots.fate import fate
from epsom.interfaces.plots.measures import measures
from epsom.physiology.builder.body import assemble
from epsom.physiology.builder.organ import Organ
from epsom.physiology.whole_body import whole_body

from . import fakes
from .pages import check_svg


def result(**changes) -> SimulationResult:
    entries = [
        {
            "name": name, "unit": unit, "day": day, "mean": mean + day / 50, "sd": 0.05, "p05": mean - 0.1,
            "p50": mean, "p95": mean + 0.1, "control_mean": mean,
            "difference_mean": day / 50, "difference_sd": 0.01,
        }
        for name, unit, mean in (("serum_magnesium", "mmol/L", 0.8), ("diarrhea", "fraction", 0.2))
        for day in (0.0, 3.0, 7.0)
    ]  # fmt: skip
    tree = {"schema": "epsom.simulation/1", "people": 10, "failed": 0, "measures": entries} | changes
    return SimulationResult.model_validate(tree)


def drawings():
    course, answer = fakes.course(), fakes.assessment()
    cutoffs = answer.magnesium_status.cutoffs
    return {
        "serum": serum(course, [LabPoint(-2.0, 0.95), LabPoint(-1.0, 1.2, "below")], cutoffs),
        "stool": stool(course),
        "causes": causes(answer.causes, answer.question),
        "fate": fate(course.fate),
        "body": body_picture(whole_body()),
    } | {drawing.key: drawing for drawing in measures(result())}


@pytest.fixture(scope="module")
def drawn():
    return drawings()


def test_every_figure_is_sound(drawn):
    for drawing in drawn.values():
        check_svg(drawing.svg)
        check_svg(drawing.standalone())
        assert drawing.alt
        assert drawing.table.rows
        assert all(len(row) == len(drawing.table.headers) for row in drawing.table.rows)


def test_the_same_bytes_every_time(drawn):
    again = drawings()
    assert {key: drawing.svg for key, drawing in drawn.items()} == {key: d.svg for key, d in again.items()}


def test_colors_are_roles_in_a_page_and_plain_in_a_file(drawn):
    for drawing in drawn.values():
        assert "var(--" in drawing.svg
        assert "var(" not in drawing.standalone()


def test_the_table_of_causes_says_what_the_bars_show(drawn):
    assert drawn["causes"].table.rows[0] == ("Something else", "62 %", "41–79 %")
    assert "41–79 %" in drawn["causes"].svg


def test_measured_values_and_the_usual_range_are_named(drawn):
    assert "measured 0.95" in drawn["serum"].svg
    assert "measured &lt; 1.2" in drawn["serum"].svg
    assert "usual range, 0.7–1.05 mmol/L" in drawn["serum"].note


def test_a_course_without_a_supplement_is_drawn_once():
    course = fakes.course()
    alone = dataclasses.replace(course, serum_without=course.serum_with, stool_without=course.stool_with)
    for drawing in (serum(alone), stool(alone)):
        assert "without it" not in drawing.svg
        assert len(drawing.table.headers) == 3


def test_ribbons_leave_no_magnesium_out():
    """What stays in the bowel, comes out of the body's stores or leaves by dialysis is drawn as such."""
    flows = {"food": 10.0, "supplements": 0.0, "absorbed": 3.0, "urine": 4.0, "stool_dissolved": 2.0,
             "stool_solid": 4.0, "skin": 0.2, "kept": -0.7}  # fmt: skip
    rows = dict(fate(flows).table.rows)
    assert rows["Still in the bowel"] == "1"
    assert rows["The body's stores"] == "1.7"
    assert rows["Dialysis and other"] == "0.5"
    assert "Supplements" not in rows
    assert "Kept in the body" not in rows


def test_a_bowel_that_empties_and_a_gut_that_gains_nothing_are_drawn():
    flows = {"food": 0.0, "supplements": 2.0, "absorbed": -1.0, "urine": 0.5, "stool_dissolved": 3.0,
             "stool_solid": 4.0, "skin": 0.1, "kept": -5.6}  # fmt: skip
    rows = dict(fate(flows).table.rows)
    assert rows["Bowel content"] == "4"
    assert rows["The body's stores"] == "1.6"


def test_a_measure_on_one_day_needs_no_figure():
    single = result().model_copy(update={"measures": result().measures[:1]})
    assert measures(single) == []


def test_missing_values_are_left_out():
    tree = result().to_tree()
    entry = tree["measures"][1]
    entry |= dict.fromkeys(set(entry) - {"name", "unit", "day"})
    drawing = measures(SimulationResult.model_validate(tree))[0]
    assert [row[0] for row in drawing.table.rows] == ["0", "7"]
    assert "nan" not in drawing.svg.lower()


def test_every_magnesium_pool_and_flux_is_in_the_picture_of_the_body(drawn):
    body = whole_body()
    states = {state.name: state for state in body.states}
    moved = [f for f in body.fluxes if states[f.leaves or f.enters].substance == "magnesium"]
    assert len(drawn["body"].table.rows) == len(moved)
    arrows = drawn["body"].svg.count("marker-end")
    entries = sum(len(pools) for _, pools in body_layout.ENTRIES.values())
    assert arrows == len(moved) + entries


def test_every_known_place_is_of_the_body():
    names = {state.name for state in whole_body().states}
    fluxes = {flux.name for flux in whole_body().fluxes}
    assert set(body_layout.PLACES) <= names
    assert set(body_layout.ROUTES) <= fluxes
    assert set(body_layout.SHORT) <= fluxes
    assert set(body_layout.PANELS) <= {organ.name for organ in whole_body().organs}


def test_an_unknown_organ_gets_a_sensible_place():
    body = whole_body()
    gland = Organ("thymus", "A gland for this test.")
    gland.pool("thymus_magnesium", "magnesium of the thymus", usual=1.0)

    @gland.flux("interstitium", "thymus_magnesium")
    def thymus_uptake(capillary_exchange):
        return capillary_exchange

    drawing = body_picture(assemble([*body.organs, gland], body.registry))
    check_svg(drawing.svg)
    assert "Thymus magnesium" in drawing.svg
    assert "thymus uptake" in drawing.svg


def test_a_body_without_an_organ_is_drawn_without_it():
    body = whole_body()
    drawing = body_picture(assemble([organ for organ in body.organs if organ.name != "skin"], body.registry))
    check_svg(drawing.svg)
    assert "Sweat" not in drawing.svg


def _luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def _contrast(first: str, second: str) -> float:
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [0, 1])
def test_text_stands_out_from_its_ground(page):
    """WCAG AA for text, on a light and on a dark page."""
    for role in ("ink", "muted", "with", "without", "lab", "gut", "blood", "tissue", "kidney", "signal"):
        for ground in ("surface", "panel"):
            assert _contrast(design.COLORS[role][page], design.COLORS[ground][page]) >= 4.5, (role, ground)
    for hue in ("gut", "blood", "tissue", "exit", "kidney", "signal"):
        for role in (hue, "ink", "muted"):
            assert _contrast(design.COLORS[role][page], design.COLORS[f"{hue}-tint"][page]) >= 4.5, (
                hue,
                role,
            )


def test_every_light_color_has_one_role():
    lights = [colors[0] for colors in design.COLORS.values()]
    assert len(lights) == len(set(lights))
