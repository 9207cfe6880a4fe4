"""Drives a server from outside: requests come when they come, not when the server is ready for them."""


def drive(server, rate, count, rng):
    """The mean wait in milliseconds of `count` requests, sent at random times, `rate` per second on average."""
    now, waits = 0.0, 0.0
    for _ in range(count):
        now += rng.expovariate(rate)
        reply = server.send(now)
        waits += reply.done - now
    return waits / count * 1000
