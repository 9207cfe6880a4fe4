"""Writes to the primary and says whether a replica has it too."""


def put(redis, key, value, patience_ms):
    redis.command("SET", key, value)
    return redis.command("WAIT", 1, patience_ms) >= 1
