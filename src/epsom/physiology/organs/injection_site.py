"""Injection site: a depot in muscle that empties into the blood."""

from epsom.physiology.builder.organ import Organ

organ = Organ("injection_site", "A depot of magnesium injected into muscle.")

organ.pool("injection_depot", "magnesium injected into muscle and not yet in blood", usual=10.0)


@organ.flux("injection_depot", "interstitium")
def depot_release(injection_release):
    """The depot empties in proportion to what it holds."""
    return injection_release
