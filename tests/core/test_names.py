"""The names of the contract are complete, without doubles, and grouped as it groups them."""

from typing import get_args

from epsom.core import names


def test_no_list_names_anything_twice():
    for key, value in vars(names).items():
        if key.isupper() and isinstance(value, tuple):
            assert len(set(value)) == len(value), key


#: Beyond the contract's, which may be extended.
ADDED_MEASURES = {"lowest_serum_magnesium", "highest_serum_magnesium", "mean_serum_magnesium"}


def test_lists_have_as_many_names_as_the_contract():
    lengths = {
        **{
            "CAUSES": 4,
            "PATHWAYS": 9,
            "TRIAGE_LEVELS": 5,
            "ACTIONS": 18,
            "SYMPTOMS": 33,
            "COURSES": 4,
            "LABS": 13,
        },
        **{"CONDITIONS": 23, "RED_FLAGS": 20, "FORMS": 18, "ROUTES": 4, "REASONS": 7, "DIALYSIS_KINDS": 2},
        **{
            "MEASURES": 18 + len(ADDED_MEASURES),
            "MAGNESIUM_STATUSES": 5,
            "EVIDENCE_GRADES": 3,
            "FITS": 3,
            "IF_STOPPED_DAYS": 6,
        },
    }
    assert {key: len(getattr(names, key)) for key in lengths} == lengths
    assert set(names.MEASURES) > ADDED_MEASURES


def test_every_cause_has_its_pathways():
    assert tuple(names.PATHWAYS_OF_CAUSE) == names.CAUSES
    grouped = {pathway for pathways in names.PATHWAYS_OF_CAUSE.values() for pathway in pathways}
    assert grouped == set(names.PATHWAYS)


def test_every_measure_has_a_unit():
    assert tuple(names.MEASURES) == get_args(names.Measure)


def test_triage_runs_from_most_to_least_pressing():
    assert names.TRIAGE_LEVELS == ("emergency", "urgent", "soon", "routine", "self_care")
