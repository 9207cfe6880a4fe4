"""The questions of a learner's brief, and their answers."""

import random


def draw(seed):
    rng = random.Random(f"lru-and-lfu/{seed}/brief")
    size = rng.randint(3, 5)
    return {"seed": seed, "size": size, "loop": size + 1, "keys": [rng.choice("ABCDEFG") for _ in range(14)]}


def exact(brief):
    from reference import LFU, LRU

    answers = {}
    for name, kind in (("lru_hits", LRU), ("lfu_hits", LFU)):
        cache, count = kind(brief["size"]), 0
        for key in brief["keys"]:
            if cache.get(key) is None:
                cache.put(key, 1)
            else:
                count += 1
        answers[name] = count
    return answers | {"lru_hit_share_in_a_loop": 0}
