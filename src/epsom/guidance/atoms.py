"""The atoms of triage: each is true or false of a person and only ever becomes true as the person gets worse.

"Worse" means: one more symptom, red flag, condition or drug, a symptom that is new or worse rather than old,
a higher dose, an older person, a lower filtration rate, a higher result in a rule on high results and a lower
one in a rule on low results, a higher chance in the findings. Not knowing counts as it says at each atom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from epsom.core.drugs import drug_classes
from epsom.core.names import CONDITIONS, FORMS, REASONS, RED_FLAGS, SYMPTOMS
from epsom.guidance.atoms_measured import MEASURED_ATOMS
from epsom.guidance.grammar import holds, names, on_facts, words
from epsom.guidance.tables import window
from epsom.guidance.wording import condition_words, dose_words, flag_words, kidney_risk, symptom_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from epsom.core.names import Condition, Symptom
    from epsom.guidance.episodes import Present
    from epsom.guidance.facts import Drug, Facts
    from epsom.guidance.grammar import Builder, Check, Match
    from epsom.guidance.products import Taken


# ---- Red flags, conditions, drugs


def _flag(argument: Any) -> Check:
    """Any of the red flags is there; one that was not asked about is not."""
    flags = names(argument, RED_FLAGS)
    return on_facts(lambda f: words("flags", (flag_words(n) for n in flags if f.flags.get(n) is True)))


def _flag_open(argument: Any) -> Check:
    """Any of the red flags is there or was not asked about."""
    flags = names(argument, RED_FLAGS)
    return on_facts(lambda f: words("open", (flag_words(n) for n in flags if f.flags.get(n) is not False)))


def _condition(argument: Any) -> Check:
    """The person has one of the conditions, or had it lately."""
    return _conditions(argument, lambda f: f.conditions)


def _condition_ever(argument: Any) -> Check:
    """The person has or ever had one of the conditions."""
    return _conditions(argument, lambda f: f.conditions_ever)


def _conditions(argument: Any, known: Callable[[Facts], Iterable[Condition]]) -> Check:
    wanted = names(argument, CONDITIONS)
    return on_facts(lambda f: words("conditions", (condition_words(n) for n in wanted if n in known(f))))


def _drug_class(argument: Any) -> Check:
    """The person takes a drug of one of the classes, or did lately."""
    wanted = names(argument, drug_classes())
    return _drugs(lambda drug: drug.drug_class is not None and drug.drug_class.name in wanted)


def _drug_effect(argument: Any) -> Check:
    """The person takes a drug that lowers or raises serum magnesium, or did lately."""
    (wanted,) = names(argument, ("lowers", "raises"))
    return _drugs(lambda drug: drug.drug_class is not None and drug.drug_class.direction == wanted)


def _drugs(fits: Callable[[Drug], bool]) -> Check:
    return on_facts(lambda f: words("drugs", (drug.words for drug in f.drugs if drug.lately and fits(drug))))


# ---- Symptoms


def _symptom(argument: Any) -> Check:
    """One of the symptoms is present or was lately."""
    return _symptoms(argument, lambda _: True)


def _symptom_fresh(argument: Any) -> Check:
    """One of the symptoms is new, worse or not known to be old."""
    return _symptoms(argument, lambda present: present.fresh)


def _symptom_worse(argument: Any) -> Check:
    """One of the symptoms is reported as worse."""
    return _symptoms(argument, lambda present: present.worse)


def _lasting(argument: Any) -> Check:
    """One of the symptoms goes on and has certainly done so for this long."""
    days = _days(argument["days"])
    return _symptoms(argument["of"], lambda present: present.lasted(days))


def _began_within(argument: Any) -> Check:
    """One of the symptoms is known to have begun no longer ago than this."""
    days = _days(argument["days"])
    return _symptoms(argument["of"], lambda present: present.began_within(days))


def _symptoms(argument: Any, fits: Callable[[Present], bool]) -> Check:
    wanted = names(argument, SYMPTOMS)

    def check(facts: Facts) -> Match | None:
        found = (name for name in wanted if name in facts.symptoms and fits(facts.symptoms[name]))
        return words("symptoms", (symptom_words(name) for name in found))

    return on_facts(check)


def _signs(argument: Any) -> Check:
    """So many of the symptoms may have begun or become worse on magnesium taken now or lately."""
    wanted, count = names(argument["of"], SYMPTOMS), argument.get("count", 1)

    def check(facts: Facts) -> Match | None:
        found = [symptom_words(name) for name in wanted if _on_magnesium(facts, name)]
        return words("symptoms", found) if len(found) >= count else None

    return on_facts(check)


def _on_magnesium(facts: Facts, name: Symptom) -> bool:
    present = facts.symptoms.get(name)
    return present is not None and any(
        episode.may_begin_on(product) for episode in present.episodes for product in facts.taken
    )


def _severity(argument: Any) -> Check:
    """The symptom, or the one asked about, is at least this severe, from 0 to 10."""
    asked, least = argument["of"] == "question", float(argument["from"])
    wanted = () if asked else names(argument["of"], SYMPTOMS)

    def check(facts: Facts) -> Match | None:
        found = (name for name in (wanted or (facts.question,)) if _as_severe(facts, name, least))
        return words("symptoms", (symptom_words(name) for name in found))

    return on_facts(check)


def _as_severe(facts: Facts, name: Symptom, least: float) -> bool:
    present = facts.symptoms.get(name)
    return present is not None and present.severity is not None and present.severity >= least


def _unsettled(_: Any) -> Check:
    """The symptom asked about is neither over nor reported as better."""

    def check(facts: Facts) -> Match | None:
        present = facts.symptoms.get(facts.question)
        return holds(present is not None and not present.settling)

    return on_facts(check)


def _days(argument: Any) -> float:
    return window(argument) if isinstance(argument, str) else float(argument)


# ---- Magnesium


_KINDS_OF_PRODUCT: Mapping[str, Callable[[Taken], bool]] = {
    "any": lambda _: True,
    "chosen": lambda product: not product.ordered,
    "ordered": lambda product: product.ordered,
    "by_needle": lambda product: product.by_needle,
}


def _taking(argument: Any) -> Check:
    """A magnesium product is taken now or was lately."""
    (kind,) = names(argument, _KINDS_OF_PRODUCT)
    fits = _KINDS_OF_PRODUCT[kind]
    return on_facts(lambda f: words("products", (p.title for p in f.taken if fits(p))))


def _back_pain_after_start(argument: Any) -> Check:
    """Low back pain may have come or become worse within 14 days of starting such a product.

    An unknown start counts. Every entry counts as a start, so that a raised dose is one too.
    """
    (kind,) = names(argument, _KINDS_OF_PRODUCT)
    fits = _KINDS_OF_PRODUCT[kind]

    def check(facts: Facts) -> Match | None:
        present = facts.symptoms.get("low_back_pain")
        episodes = () if present is None else present.episodes
        follows = (p for p in facts.taken if fits(p) and any(e.may_follow_start_of(p) for e in episodes))
        return words("products", (product.title for product in follows))

    return on_facts(check)


def _dose_above(argument: Any) -> Check:
    """More elemental magnesium a day than this, in mg, needles apart; a dose that nobody stated is not."""
    limit = float(argument)
    return _risk(lambda f: f.peak_milligrams > limit, lambda f: f"your dose ({dose_words(f)} a day)")


def _used_for(argument: Any) -> Check:
    """Such a form may have been taken for such a reason for longer than this; an unknown start counts."""
    forms, reasons = names(argument["form"], FORMS), names(argument["reason"], REASONS)
    days = float(argument["days"])

    def fits(product: Taken) -> bool:
        return product.form in forms and product.reason in reasons and product.longest_use > days

    return on_facts(lambda f: words("products", (p.title for p in f.taken if fits(p))))


def _long_use(_: Any) -> Check:
    """A product may have been taken for long; an unknown start counts."""
    days = window("long_use")
    return _risk(lambda f: any(p.longest_use > days for p in f.taken), lambda _: "long use")


# ---- Kidneys, age, pregnancy


def _risk(test: Callable[[Facts], bool], told: Callable[[Facts], str]) -> Check:
    return on_facts(lambda f: words("risks", (told(f),) if test(f) else ()))


def _filtration_below(argument: Any) -> Check:
    """The worst estimate of the filtration rate is below this; no estimate is not."""
    limit = float(argument)
    return _risk(lambda f: f.kidneys.worst is not None and f.kidneys.worst < limit, kidney_risk)


def _kidney_disease(_: Any) -> Check:
    """The kidneys are known to be diseased, by a rate below 60, a condition or dialysis."""
    return _risk(lambda f: f.kidneys.diseased, kidney_risk)


def _dialysis(_: Any) -> Check:
    """The person is on dialysis."""
    return _risk(lambda f: f.kidneys.dialysis, lambda _: "dialysis")


def _age_from(argument: Any) -> Check:
    """The person is at least this old."""
    least = float(argument)
    return _risk(lambda f: f.age >= least, _age_words)


def _child(_: Any) -> Check:
    """The person is under 18. The one atom that is not monotone in age: childhood is a group, not a scale."""
    return _risk(lambda f: not f.case.is_adult, _age_words)


def _age_words(facts: Facts) -> str:
    return f"your age ({facts.age:.0f})"


def _pregnant(_: Any) -> Check:
    """The person is pregnant."""
    return _risk(lambda f: f.case.person.pregnant is True, lambda _: "pregnancy")


TRIAGE_ATOMS: Mapping[str, Builder] = {
    "flag": _flag,
    "flag_open": _flag_open,
    "condition": _condition,
    "condition_ever": _condition_ever,
    "drug_class": _drug_class,
    "drug_effect": _drug_effect,
    "symptom": _symptom,
    "symptom_fresh": _symptom_fresh,
    "symptom_worse": _symptom_worse,
    "signs": _signs,
    "severity": _severity,
    "lasting": _lasting,
    "began_within": _began_within,
    "unsettled": _unsettled,
    "taking": _taking,
    "back_pain_after_start": _back_pain_after_start,
    "dose_above": _dose_above,
    "used_for": _used_for,
    "long_use": _long_use,
    "filtration_below": _filtration_below,
    "kidney_disease": _kidney_disease,
    "dialysis": _dialysis,
    "age_from": _age_from,
    "child": _child,
    "pregnant": _pregnant,
    **MEASURED_ATOMS,
}
