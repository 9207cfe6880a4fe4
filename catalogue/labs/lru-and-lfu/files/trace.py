"""Traces of a shop's cache, and how well caches.py does on them: python3 trace.py [SIZE]"""

import itertools
import random
import sys

PRODUCTS = 2000


def popular(rng):
    """Some products are asked for far more often than others."""
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(PRODUCTS)))
    while True:
        yield f"product/{rng.choices(range(PRODUCTS), cum_weights=weights)[0]}"


def trace(kind, rng, count):
    keys = popular(rng)
    if kind == "popular":
        return [next(keys) for _ in range(count)]
    if kind == "scan":
        # Every 2,000 requests a report reads 1,500 rows once each.
        out, row = [], 0
        while len(out) < count:
            out += [next(keys) for _ in range(2000)]
            out += [f"row/{row + number}" for number in range(1500)]
            row += 1500
        return out[:count]
    if kind == "loop":
        return [f"page/{number % 150}" for number in range(count)]
    # What is popular changes: after each quarter the products are others.
    return [f"{4 * number // count}/{next(keys)}" for number in range(count)]


KINDS = ("popular", "scan", "loop", "moving")


def hits(cache, keys):
    count = 0
    for key in keys:
        if cache.get(key) is not None:
            count += 1
        else:
            cache.put(key, "loaded")
    return count / len(keys)


def main():
    from caches import LFU, LRU

    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for kind in KINDS:
        keys = trace(kind, random.Random(1), 20_000)
        print(f"{kind:8} LRU {hits(LRU(size), keys):6.1%}   LFU {hits(LFU(size), keys):6.1%}")


if __name__ == "__main__":
    main()
