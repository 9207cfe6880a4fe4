"""A token bucket for each key, counted in thousandths of a token."""


class Limiter:
    def __init__(self, rate, burst):
        self.rate = rate
        self.full = burst * 1000
        self.now = 0
        self.buckets = {}  # key: (thousandths, time in ms), in the order of their last change
        self.refill = -(-self.full // rate)  # ms from empty to full

    def allow(self, key, t, cost=1):
        if not isinstance(cost, int) or isinstance(cost, bool) or cost < 1:
            raise ValueError("cost must be a whole number above 0")
        now = self.now = max(self.now, t)
        level, last = self.buckets.pop(key, (self.full, now))
        level = min(self.full, level + (now - last) * self.rate)
        allowed = level >= cost * 1000
        if allowed:
            level -= cost * 1000
        self.buckets[key] = (level, now)
        self.forget()
        return allowed

    def forget(self):
        """Drops keys from the front that are full again; a full bucket is as good as none."""
        for _ in range(2):
            key = next(iter(self.buckets))
            _, last = self.buckets[key]
            if self.now - last < self.refill:
                return
            del self.buckets[key]
