"""Runs in a process of its own, with the learner's folder as the current one."""

from kit import Failed


class Clock:
    """Follows a script: before some readings it is set to another time. Waiting moves it on."""

    def __init__(self, start, changes, per_reading):
        self.now, self.changes, self.per_reading = float(start), {place: by for place, by in changes}, per_reading
        self.readings = self.waits = 0
        self.waited = 0.0

    def __call__(self):
        self.readings += 1
        if self.readings > 3_000_000:
            raise Failed("Your generator read the clock 3,000,000 times; it should wait with wait(), not by asking again and again.")
        self.now += self.per_reading
        return int(self.now)

    def wait(self, milliseconds):
        self.waits += 1
        self.waited += max(0.0, float(milliseconds))
        self.now += max(0.0, float(milliseconds))


def run(case):
    """The ids of one worker, the true time (without steps) before and after each, and how long it waited."""
    from ids import Generator

    clock = Clock(case["start"], case["changes"], case["per_reading"])
    generator = Generator(case["worker"], clock, clock.wait)
    rows = []
    for number in range(case["count"]):
        clock.now += clock.changes.get(number, 0)
        before = clock.waited
        made = generator.next()
        rows.append([made if type(made) is int else f"{made!r:.40}", int(clock.now), clock.waited - before])
    return rows


def parts(numbers):
    import ids

    return [list(ids.parts(number)) for number in numbers]


def refused(workers):
    from ids import Generator

    answers = []
    for worker in workers:
        try:
            Generator(worker, lambda: 1000, lambda _: None)
            answers.append("accepted")
        except Exception as error:
            answers.append(type(error).__name__)
    return answers
