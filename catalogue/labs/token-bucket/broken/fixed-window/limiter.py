class Limiter:
    """Counts per second, with the burst as the limit."""

    def __init__(self, rate, burst):
        self.rate, self.burst = rate, burst
        self.second, self.counts = None, {}

    def allow(self, key, t, cost=1):
        if t // 1000 != self.second:
            self.second, self.counts = t // 1000, {}
        if self.counts.get(key, 0) + cost > self.burst:
            return False
        self.counts[key] = self.counts.get(key, 0) + cost
        return True
