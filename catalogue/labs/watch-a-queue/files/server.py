"""A server with one worker, in simulated time. Requests wait in line, in the order in which they came."""

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Reply:
    done: float  # seconds: when the reply came
    worked: float  # seconds that the worker needed for it


class Server:
    """The work for a request is random, exponentially distributed, with this mean."""

    def __init__(self, mean_ms, seed=0):
        self._rng = random.Random(seed)
        self._rate = 1000 / mean_ms
        self._free_at = 0.0
        self._last = 0.0

    def send(self, at):
        """Hands in a request at this second, not before the one before it."""
        if at < self._last:
            raise ValueError(f"a request for {at} s came after one for {self._last} s")
        self._last = at
        worked = self._rng.expovariate(self._rate)
        self._free_at = max(at, self._free_at) + worked
        return Reply(self._free_at, worked)
