"""The numbers of a learner's brief."""

import random


def draw(seed):
    rng = random.Random(f"ids-when-clocks-lie/{seed}/brief")
    worker, sequence = rng.choice([(8, 14), (10, 12), (12, 10), (6, 16)])
    return {"seed": seed, "time_bits": 41, "worker_bits": worker, "sequence_bits": sequence, "ids_per_second_random": rng.choice([2000, 5000, 10_000]), "random_bits": rng.choice([32, 36, 40])}


def exact(brief):
    per_second = 1000 * 2 ** brief["sequence_bits"]
    years = 2 ** brief["time_bits"] / 1000 / 86400 / 365.25
    # A pair is likely (about even odds) after 1.18 times the square root of the number of values.
    return {"ids_per_second_of_one_worker": per_second, "years_until_full": years, "seconds_to_likely_pair": 1.1774 * 2 ** (brief["random_bits"] / 2) / brief["ids_per_second_random"]}
