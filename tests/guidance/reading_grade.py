"""The Flesch-Kincaid grade of a text: 0.39 words per sentence + 11.8 syllables per word - 15.59.

Counted by simple rules, with two allowances that are part of the measure. A number with its unit and a date
is one word of one syllable. The medical nouns of `ALLOWED` are counted with two syllables: the person reads
them on their own labels and results, and any plainer word would name another thing.
"""

from __future__ import annotations

import re

#: Nouns that may not be replaced by plainer words.
ALLOWED = frozenset(
    """magnesium calcium potassium emergency eGFR creatinine diabetes myasthenia osteoporosis pharmacist
    infection antacid hydroxide citrate bisglycinate gluconate aspartate pidolate
    omeprazole levothyroxine doxycycline ciprofloxacin alendronate atorvastatin prednisolone spironolactone
    hydrochlorothiazide furosemide amlodipine digoxin tramadol gabapentin""".lower().split()
)
_ALLOWED_SYLLABLES = 2
_WORD = re.compile(r"[a-z][a-z'-]*", re.IGNORECASE)
_UNITS = re.compile(
    r"[0-9]+(?:[.,/:-][0-9]+)*\s*(?:mmol/L|mg/dL|mEq/L|U/L|mg|%|mL/min(?:/1\.73m2)?|hours?|h)?(?![A-Za-z])"
)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")


def syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels."""
    word = word.lower().strip("'-")
    if word.removesuffix("s") in ALLOWED or word in ALLOWED:
        return _ALLOWED_SYLLABLES
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytd]ed$|[^aeiouscxzgh]es$|[aeiou][^aeiou]le$", word)
    if re.search(r"[^aeiouy]les?$", word):
        silent = None
    return max(groups - (1 if silent and groups > 1 else 0), 1)


def counts(text: str) -> tuple[int, int, int]:
    """Count the sentences, words and syllables of a text; a colon ends no sentence."""
    plain = _UNITS.sub(" one ", text)
    words = _WORD.findall(plain)
    sentences = max(len(_SENTENCE_END.findall(plain)), 1)
    return sentences, len(words), sum(syllables(word) for word in words)


def grade(texts: list[str]) -> float:
    """Return the grade of some texts taken together."""
    sentences, words, spoken = (sum(column) for column in zip(*(counts(text) for text in texts), strict=True))
    return 0.39 * words / sentences + 11.8 * spoken / words - 15.59
