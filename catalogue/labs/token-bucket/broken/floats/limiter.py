class Limiter:
    def __init__(self, rate, burst):
        self.rate, self.burst, self.buckets = rate, burst, {}
        self.now = 0

    def allow(self, key, t, cost=1):
        if not isinstance(cost, int) or cost < 1:
            raise ValueError(cost)
        now = self.now = max(self.now, t)
        tokens, last = self.buckets.get(key, (float(self.burst), now))
        tokens = min(self.burst, tokens + (now - last) / 1000 * self.rate)
        allowed = tokens >= cost
        self.buckets[key] = (tokens - cost if allowed else tokens, now)
        return allowed
