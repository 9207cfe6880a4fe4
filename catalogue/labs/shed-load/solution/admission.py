"""Admits what can be served in time, checkouts first."""

import collections


class Admission:
    def __init__(self, workers):
        self.workers = workers
        self.lines = {"checkout": collections.deque(), "browse": collections.deque()}
        self.started = {}
        self.work = 0.0  # ms that a request takes, a mean that forgets

    def offer(self, request, now):
        ahead = len(self.lines["checkout"])
        patience = request.deadline - now
        if request.kind == "browse":
            ahead += len(self.lines["browse"])
            # Checkouts that come later will overtake this one.
            patience *= 0.35
        if (ahead / self.workers + 1) * self.work > patience:
            return False
        self.lines[request.kind].append(request)
        return True

    def next(self, now):
        for line in self.lines.values():
            while line:
                request = line.popleft()
                if now + 1.2 * self.work <= request.deadline:
                    self.started[request] = now
                    return request
        return None

    def finished(self, request, now):
        took = now - self.started.pop(request)
        self.work = took if not self.work else 0.95 * self.work + 0.05 * took
