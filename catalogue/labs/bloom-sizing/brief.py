"""The numbers of a learner's brief."""

import math
import random


def draw(seed):
    rng = random.Random(f"bloom-sizing/{seed}/brief")
    return {"seed": seed, "keys": rng.choice([2, 5, 8, 20]) * 1_000_000, "target": rng.choice([0.002, 0.005, 0.01, 0.02, 0.03])}


def best(keys, target):
    """Bits and hash functions: m = −n · ln p / (ln 2)², k = m / n · ln 2."""
    bits = math.ceil(-keys * math.log(target) / math.log(2) ** 2)
    return bits, max(1, round(bits / keys * math.log(2)))


def false_share(bits, hashes, keys):
    return (1 - math.exp(-hashes * keys / bits)) ** hashes


def exact(brief):
    bits, hashes = best(brief["keys"], brief["target"])
    return {"megabytes": bits / 8e6, "hashes": hashes, "false_share_with_twice_the_keys": false_share(bits, hashes, 2 * brief["keys"])}
