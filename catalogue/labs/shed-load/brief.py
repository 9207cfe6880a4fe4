"""The numbers of a learner's brief."""

import random


def draw(seed):
    rng = random.Random(f"shed-load/{seed}/brief")
    return {"seed": seed, "workers": rng.choice([6, 8, 10, 12]), "mean_ms": rng.choice([30, 40, 50]), "patience_ms": rng.choice([800, 1000, 1200])}
