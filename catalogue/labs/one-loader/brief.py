"""The numbers of a learner's brief."""

import random


def draw(seed):
    rng = random.Random(f"one-loader/{seed}/brief")
    return {"seed": seed, "requests_per_second": rng.choice([150, 200, 400, 600]), "load_ms": rng.choice([250, 400, 800, 1500]), "ttl_s": rng.choice([20, 30, 60])}
