"""A cache in Redis before a slow load: one caller loads, the others wait."""

import random
import secrets
import time

# Stores the value and gives the lock back, if it is still ours.
STORE = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
"""
RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def get(redis, key, load, ttl_ms, lock_ms):
    lock, token, pause = f"lock:{key}", secrets.token_hex(16), 0.02
    while (value := redis.command("GET", key)) is None:
        if not redis.command("SET", lock, token, "NX", "PX", lock_ms):
            time.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, 0.2)
            continue
        # Another may have stored the value between our GET and our SET.
        if (value := redis.command("GET", key)) is not None:
            redis.command("EVAL", RELEASE, 1, lock, token)
            break
        try:
            value = load()
        except BaseException:
            redis.command("EVAL", RELEASE, 1, lock, token)
            raise
        redis.command("EVAL", STORE, 2, key, lock, token, value, ttl_ms)
        break
    return value
