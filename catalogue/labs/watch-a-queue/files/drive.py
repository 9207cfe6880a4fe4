"""Drives a server and measures how long requests wait. Today's version."""


def drive(server, rate, count, rng):
    """The mean wait in milliseconds of `count` requests, sent at `rate` per second."""
    now, waits = 0.0, 0.0
    for _ in range(count):
        now += 1 / rate
        reply = server.send(now)
        waits += reply.done - now - reply.worked
        now = max(now, reply.done)
    return waits / count * 1000
