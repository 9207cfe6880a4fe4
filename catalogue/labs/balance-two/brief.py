"""The numbers of a learner's brief."""

import random


def draw(seed):
    rng = random.Random(f"balance-two/{seed}/brief")
    return {"seed": seed, "requests_per_second": rng.choice([60, 100, 160, 240]), "timeout_s": rng.choice([1, 2, 3]), "fail_timeout_s": rng.choice([4, 5, 10, 12])}
