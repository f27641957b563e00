"""The page's figures: well formed, the same each time, with what they show said in words."""

from __future__ import annotations

from datetime import date

import pytest

from epsom.core.names import PATHWAYS_OF_CAUSE
from epsom.guidance.pathways import routes
from epsom.interfaces.plots.lines import NARROW, Event, Line, Mark, Plot, wide_and_narrow
from epsom.interfaces.plots.route import PLACES, route
from epsom.interfaces.plots.strip import strip
from epsom.interfaces.web.overlays import studies

from ..pages import check_svg


def plot(**changes) -> Plot:
    days = [-14.0, -7.0, 0.0, 7.0]
    line = Line("as taken", "with", days, [0.8, 0.85, 0.9, 0.9], [0.7, 0.75, 0.8, 0.8], [0.9, 0.95, 1.0, 1.0])
    given = {
        "key": "serum", "title": "Serum", "alt": "It rises.", "unit": "mmol/L", "lines": [line],
        "marks": [Mark(-1.0, 0.95, "measured 0.95", (0.9, 1.0))],
        "events": [Event(-10.0, 0.0, "oxide 400 mg", "with"), Event(-2.0, -1.9, "low back pain", "signal")],
        "ground": (0.7, 1.05), "asked": date(2026, 6, 1),
    }  # fmt: skip
    return Plot(**(given | changes))


def test_a_chart_is_well_formed_wide_and_narrow_and_holds_its_words():
    for svg, width in zip(wide_and_narrow(plot()), (720.0, NARROW), strict=True):
        check_svg(svg)
        assert f'width="{width:g}"' in svg
        for text in ("It rises.", "measured 0.95", "oxide 400 mg", "low back pain", "today", "May 18"):
            assert text in svg, text
    assert wide_and_narrow(plot()) == wide_and_narrow(plot())


@pytest.mark.parametrize("value", [0.0, 0.5, 1e-6, 1e4])
def test_a_flat_course_of_any_size_is_drawn(value):
    line = Line("flat", "with", [0.0, 1.0], [value, value])
    for svg in wide_and_narrow(plot(lines=[line], marks=[], events=[], ground=None)):
        check_svg(svg)
        assert "nan" not in svg


def test_every_step_of_every_pathway_has_its_place():
    assert set(PLACES) == {(cause, way) for cause, ways in PATHWAYS_OF_CAUSE.items() for way in ways}
    for key, way in routes().items():
        assert len(PLACES[key]) == len(way.steps), key


@pytest.mark.parametrize("key", list(PLACES))
def test_every_way_through_the_body_is_drawn(key):
    for question in ("low_back_pain", "leg_pain"):
        steps = routes()[key].to(question).steps
        drawing = route(*key, question, steps)
        check_svg(drawing.svg)
        assert [row[2] for row in drawing.table.rows] == list(steps)


def test_pain_in_the_legs_is_not_drawn_in_the_low_back():
    drawing = route("magnesium_deficiency", "cramps_and_spasm", "leg_pain", ("a", "b", "c", "d"))
    assert [row[1] for row in drawing.table.rows] == ["nerves", "heart and blood", "muscles", "legs"]


@pytest.mark.parametrize(("share", "interval"), [(0.0, (0.0, 0.0)), (0.4, (0.1, 0.9)), (1.0, (1.0, 1.0))])
def test_a_strip_says_its_numbers(share, interval):
    svg = strip("strip", "Too much", share, interval, "blood")
    assert "Too much" in svg
    assert 'preserveAspectRatio="none"' in svg


def test_every_study_that_is_offered_is_a_scenario():
    from epsom.core.documents import scenario_from_tree

    assert len(studies()) > 20
    for study in studies().values():
        scenario = scenario_from_tree(study.scenario())
        assert set(study.days) <= set(scenario.measures[0].days)
