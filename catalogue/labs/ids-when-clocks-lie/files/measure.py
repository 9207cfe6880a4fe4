"""Lets four workers make ids in simulated time and prints what went wrong: python3 measure.py smooth|busy|step"""

import sys

from ids import Generator


class Clock:
    """Milliseconds since 2026 began. Each reading takes some time; at one moment the clock may step back."""

    def __init__(self, per_reading, step_at=None, step=0):
        self.now, self.per_reading, self.step_at, self.step = 5_000_000.0, per_reading, step_at, step
        self.waited = 0.0

    def __call__(self):
        self.now += self.per_reading
        if self.step_at is not None and self.now >= self.step_at:
            self.now, self.step_at = self.now - self.step, None
        return int(self.now)

    def wait(self, milliseconds):
        self.now += max(0.0, float(milliseconds))
        self.waited += max(0.0, float(milliseconds))


SCENARIOS = {"smooth": (0.2, None, 0), "busy": (0.0001, None, 0), "step": (0.2, 5_000_300.0, 5_000)}


def main():
    if sys.argv[1:2] not in ([name] for name in SCENARIOS):
        sys.exit(__doc__)
    ids = []
    for worker in range(4):
        clock = Clock(*SCENARIOS[sys.argv[1]])
        generator = Generator(worker, clock, clock.wait)
        mine = [generator.next() for _ in range(6000)]
        ids += mine
        falling = sum(later <= earlier for earlier, later in zip(mine, mine[1:]))
        print(f"worker {worker}: {falling} of 6000 ids are not above the one before; waited {clock.waited:.0f} ms")
    print(f"{len(ids) - len(set(ids))} ids were given twice; the largest has {max(ids).bit_length()} bits")


main()
