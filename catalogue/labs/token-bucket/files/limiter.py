"""Today's limiter: it counts the requests of each key in the current second."""


class Limiter:
    def __init__(self, rate, burst):
        self.rate = rate
        self.burst = burst
        self.counts = {}

    def allow(self, key, t, cost=1):
        second = t // 1000
        count = self.counts.get((key, second), 0)
        if count + cost > self.rate:
            return False
        self.counts[key, second] = count + cost
        return True
