"""The numbers of a learner's brief."""

import random


def draw(seed):
    rng = random.Random(f"promote-replica/{seed}/brief")
    return {"seed": seed, "writes_per_second": rng.choice([400, 900, 1500, 2500]), "line_ms": rng.choice([20, 40, 60, 80])}
