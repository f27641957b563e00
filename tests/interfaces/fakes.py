"""A made-up course and answer, so that pages and figures are tested without the inference."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from epsom.core.documents import load
from epsom.core.evidence import data_folder
from epsom.inference.findings import Course, Findings


def course() -> Course:
    days = np.linspace(-28.0, 0.0, 113)
    rise = 0.16 * (1 - np.exp(-np.maximum(days + 13, 0) / 4)) * (days > -13)
    center = 0.87 + rise + 0.012 * np.sin(2 * np.pi * days)
    without = 0.87 + 0.012 * np.sin(2 * np.pi * days)
    stool_days = np.arange(-28.0, 0.0)
    heavy = 112 + 58 * (stool_days >= -13) * (0.75 + 0.25 * np.exp(-(stool_days + 13) / 4).clip(0, 1))

    def band(middle, low, high):
        return np.column_stack([middle * low, middle, middle * high])

    return Course(
        days=days,
        serum_with=band(center, 0.9, 1.14),
        serum_without=band(without, 0.91, 1.1),
        stool_days=stool_days,
        stool_with=band(heavy, 0.52, 1.8),
        stool_without=band(np.full_like(heavy, 109.0), 0.5, 1.85),
        fate={
            "food": 11.5, "supplements": 19.8, "absorbed": 6.9, "urine": 5.1, "stool_dissolved": 9.1,
            "stool_solid": 15.0, "skin": 0.3, "kept": 1.8,
        },
    )  # fmt: skip


def assessment():
    return load(data_folder() / "examples" / "assessment.json")


def case():
    return load(data_folder() / "examples" / "case.yaml")


def answer(case_=None, people=None, seed=1, **_):
    findings = Findings(
        fit="good", causes=(), status={}, serum=None, serum_before_labs=None, stool=None, people=64,
        parameter_sets=8, effective_sample_size=30.0, failed_runs=0, course=course(),
    )  # fmt: skip
    record = assessment()
    model = record.model.model_copy(update={"seed": seed, "people": people or record.model.people})
    return SimpleNamespace(record=record.model_copy(update={"model": model}), findings=findings)
