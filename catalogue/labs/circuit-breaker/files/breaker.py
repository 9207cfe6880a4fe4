"""Today's breaker: five failures in a row open it, and after the pause it lets everything through again."""


class Breaker:
    def __init__(self, window, minimum, percent, pause, probes, patience):
        self.pause = pause
        self.failures = 0
        self.opened = None

    @property
    def state(self):
        return "closed" if self.opened is None else "open"

    def before(self, now):
        if self.opened is not None and now - self.opened >= self.pause:
            self.opened = None
            self.failures = 0
        return None if self.opened is not None else object()

    def after(self, permit, ok, now):
        self.failures = 0 if ok else self.failures + 1
        if self.failures >= 5:
            self.opened = now
