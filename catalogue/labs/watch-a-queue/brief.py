"""The numbers of a learner's brief, and what queueing theory says of them."""

import random


def draw(seed):
    rng = random.Random(f"watch-a-queue/{seed}/brief")
    mean_ms = rng.choice([4, 5, 8, 10, 16, 20])
    return {
        "seed": seed,
        "mean_ms": mean_ms,
        "rates": [round(share * 1000 / mean_ms, 2) for share in (rng.uniform(0.45, 0.55), rng.uniform(0.75, 0.8), rng.uniform(0.88, 0.9))],
        "permitted_wait_ms": round(mean_ms * rng.uniform(1.5, 6), 1),
    }


def mean_wait(rate, mean_ms):
    """Milliseconds that a request waits on average, when arrivals and work are random: ρ / (μ − λ)."""
    most = 1000 / mean_ms
    return rate / most / (most - rate) * 1000


def limit(brief):
    most = 1000 / brief["mean_ms"]
    wait = brief["permitted_wait_ms"] / 1000
    return most * most * wait / (1 + most * wait)
