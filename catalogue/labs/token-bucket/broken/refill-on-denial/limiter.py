class Limiter:
    """Takes a token for denied requests too, and turns back with the clock."""

    def __init__(self, rate, burst):
        self.rate, self.full, self.buckets = rate, burst * 1000, {}

    def allow(self, key, t, cost=1):
        if not isinstance(cost, int) or cost < 1:
            raise ValueError(cost)
        level, last = self.buckets.get(key, (self.full, t))
        level = min(self.full, level + (t - last) * self.rate)
        level -= cost * 1000
        self.buckets[key] = (max(0, level), t)
        if len(self.buckets) > 1000:
            self.buckets.clear()
        return level >= 0
