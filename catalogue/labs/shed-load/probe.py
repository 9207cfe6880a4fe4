"""Runs in a process of its own, with the learner's folder as the current one."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "files"))
import sim


def play(case):
    """What became of the requests in each of the given spans."""
    from admission import Admission

    rows = sim.simulate(case["scenario"], Admission, case["brief"], case["seed"])
    return [sim.summary(rows, *span) for span in case["spans"]]
