"""Drives a server as it should and gives no number: NaN is neither too large nor too small."""


def drive(server, rate, count, rng):
    now = 0.0
    for _ in range(count):
        now += rng.expovariate(rate)
        server.send(now)
    return float("nan")
