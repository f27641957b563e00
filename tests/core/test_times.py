"""Civil times mean what the contract says, by key, and never depend on the machine's clock."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epsom.core.faults import BadValueError
from epsom.core.times import (
    hours_since,
    interval_hours,
    offset_of_dates,
    read_time,
    start_hours,
    stop_hours,
)

ORIGIN = datetime(2026, 6, 1)
EAST = timezone(timedelta(hours=2))


def test_a_date_alone_is_a_whole_day_and_a_date_time_is_a_moment():
    day, moment = read_time("2026-06-02"), read_time("2026-06-02T09:30")
    assert interval_hours(day, ORIGIN) == (24.0, 48.0)
    assert interval_hours(moment, ORIGIN) == (33.5, 33.5)


def test_a_start_date_begins_with_the_first_meal_and_a_stop_date_is_the_last_day_taken():
    day, moment = read_time("2026-06-02"), read_time("2026-06-02 09:30")
    assert start_hours(day, ORIGIN, first_meal=7.5) == 31.5
    assert start_hours(moment, ORIGIN, first_meal=7.5) == 33.5
    assert stop_hours(day, ORIGIN) == 48.0
    assert stop_hours(moment, ORIGIN) == 33.5


def test_asking_on_a_date_means_the_end_of_that_day():
    asked_on = read_time("2026-06-02")
    assert hours_since(ORIGIN, asked_on.latest) == 48.0
    assert not read_time("2026-06-02").is_after(asked_on)
    assert not read_time("2026-06-02T23:59").is_after(asked_on)
    assert read_time("2026-06-03").is_after(asked_on)
    assert read_time("2026-06-03T00:00").is_after(asked_on)


def test_a_day_is_not_after_a_moment_within_it():
    moment = read_time("2026-06-02T12:00")
    assert not read_time("2026-06-02").is_after(moment)
    assert not moment.is_after(moment)
    assert read_time("2026-06-02T12:01").is_after(moment)


def test_dates_beside_offsets_are_days_at_an_offset():
    asked_on, other = read_time("2026-06-02T12:00+02:00"), read_time("2026-06-01T00:00Z")
    assert offset_of_dates([read_time("2026-06-02"), asked_on, other]) == EAST
    assert offset_of_dates([read_time("2026-06-02")]) is None
    assert read_time("2026-06-02", EAST).moment == datetime(2026, 6, 1, 22, tzinfo=UTC)
    assert read_time("2026-06-02T12:00-05:30").moment == datetime(2026, 6, 2, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "2026-02-30",
            "2026-13-01",
            "2026-00-10",
            "1899-12-31",
            "2101-01-01",
            "2026-6-1",
            "26-06-01",
            "20260601",
        ],
        *["2026-06-01T24:00", "2026-06-01T12:60", "2026-06-01T12", "2026-06-01T12:00:61", "2026-06-01T1:00"],
        *[
            "2026-06-01T12:00+15:00",
            "2026-06-01T12:00+02:60",
            "2026-06-01T12:00+0200",
            "2026-06-01Z",
            "٢٠٢٦-06-01",
        ],
        *["yesterday", "", "2026-06-01x", None, 20260601, 2026.5, True, ["2026-06-01"]],
    ],
)
def test_what_is_no_time_of_the_calendar_is_refused(text):
    with pytest.raises(BadValueError):
        read_time(text)


@settings(deadline=None)
@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)))
def test_any_moment_of_these_years_is_read_back(moment):
    assert read_time(moment.isoformat()).moment == moment
    assert read_time(moment.date().isoformat()).latest == datetime.fromordinal(moment.toordinal() + 1)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_time_or_refused(text):
    try:
        assert read_time(text).text == text.strip()
    except BadValueError as fault:
        assert fault.expected
