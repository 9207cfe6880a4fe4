"""A cache in Redis before a slow load. Today's version."""


def get(redis, key, load, ttl_ms, lock_ms):
    """The value of the key: from the cache, or from `load()`, which is slow."""
    value = redis.command("GET", key)
    if value is None:
        value = load()
        redis.command("SET", key, value, "PX", ttl_ms)
    return value
