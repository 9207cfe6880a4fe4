"""Writes to the primary. Today's version."""


def put(redis, key, value, patience_ms):
    """Whether the value is safe, as far as we know."""
    return redis.command("SET", key, value) == "OK"
