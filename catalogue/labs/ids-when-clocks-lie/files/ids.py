"""Numbers for orders. Today's version: the time and a random part."""

import random


class Generator:
    def __init__(self, worker, clock, wait):
        self.clock = clock

    def next(self):
        return self.clock() * 1_000_000 + random.randrange(1_000_000)


def parts(number):
    """When an id was made (ms since 2026), by which worker, and its number within that millisecond."""
    return number // 1_000_000, 0, number % 1_000_000
