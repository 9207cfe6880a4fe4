"""A circuit breaker with a sliding window, limited probes and growing pauses."""

import collections
from dataclasses import dataclass


@dataclass(eq=False)
class Permit:
    phase: int
    since: int
    answered: bool = False


class Breaker:
    def __init__(self, window, minimum, percent, pause, probes, patience):
        self.minimum = minimum
        self.percent = percent
        self.pause = pause
        self.probes = probes
        self.patience = patience
        self.outcomes = collections.deque(maxlen=window)
        self.phase = 0  # changes with each change of state; a permit is worth nothing outside its own
        self.state = "closed"
        self.current = pause

    def change(self, state):
        self.state = state
        self.phase += 1

    def before(self, now):
        if self.state == "open":
            if now < self.opened + self.current:
                return None
            self.change("half-open")
            self.trials = []
        permit = Permit(self.phase, now)
        if self.state == "half-open":
            if len(self.trials) == self.probes:
                return None
            self.trials.append(permit)
        return permit

    def after(self, permit, ok, now):
        if permit.phase != self.phase or permit.answered:
            return
        permit.answered = True
        if self.state == "closed":
            self.outcomes.append(ok)
            if len(self.outcomes) >= self.minimum and self.outcomes.count(False) * 100 >= self.percent * len(self.outcomes):
                self.change("open")
                self.opened = now
                self.current = self.pause
        elif not ok:
            self.open_again(now)
        elif len(self.trials) == self.probes and all(trial.answered for trial in self.trials):
            self.change("closed")
            self.outcomes.clear()

    def open_again(self, now):
        self.change("open")
        self.opened = now
        self.current = self.pause
