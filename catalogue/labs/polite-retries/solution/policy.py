"""Retries that spread out and that a budget limits."""

FULL = 500  # tenths of a token


class Policy:
    def __init__(self, rng):
        self.rng = rng
        self.tenths = FULL

    def started(self):
        self.tenths = min(FULL, self.tenths + 1)

    def next_delay(self, attempt, outcome, request, now):
        safe = outcome.kind in ("refused", "unavailable") or (outcome.kind == "timeout" and request.idempotent)
        if not safe or attempt >= 3 or self.tenths < 10:
            return None
        delay = self.rng.uniform(0, min(8.0, 1.0 * 2 ** (attempt - 1)))
        if now + delay >= request.deadline:
            return None
        self.tenths -= 10
        return delay
