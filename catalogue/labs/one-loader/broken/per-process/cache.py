import threading

LOCK = threading.Lock()


def get(redis, key, load, ttl_ms, lock_ms):
    """One loader per process, and one lock for all keys."""
    with LOCK:
        value = redis.command("GET", key)
        if value is None:
            value = load()
            redis.command("SET", key, value, "PX", ttl_ms)
        return value
