"""64-bit ids: 41 bits of time, 10 of worker, 12 of sequence."""

MOST = 4096


class Generator:
    def __init__(self, worker, clock, wait):
        if not 0 <= worker < 1024:
            raise ValueError("worker must be from 0 to 1023")
        self.worker = worker
        self.clock = clock
        self.wait = wait
        self.last = -1  # the time of the last id; never falls
        self.sequence = 0

    def next(self):
        now = self.clock()
        if now > self.last:
            self.last, self.sequence = now, 0
        else:
            # The same millisecond, or a clock that has stepped back: count on where the last id was.
            self.sequence += 1
            self.sequence %= MOST
        return self.last << 22 | self.worker << 12 | self.sequence


def parts(number):
    return number >> 22, number >> 12 & 1023, number & 4095
