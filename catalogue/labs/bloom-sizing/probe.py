"""Runs in a process of its own, with the learner's folder as the current one."""

import base64


def fill(case):
    """What a filter says of the keys in it and of those that are not, and how large it is."""
    from bloom import Bloom

    bloom = Bloom(case["expected"], case["target"])
    for number in range(case["added"]):
        bloom.add(f"{case['name']}/in/{number}")
    return {
        "lost": sum(f"{case['name']}/in/{number}" not in bloom for number in range(case["added"])),
        "false": sum(f"{case['name']}/out/{number}" in bloom for number in range(case["asked"])),
        "bytes": len(bloom.to_bytes()),
    }


def save(case):
    from bloom import Bloom

    bloom = Bloom(case["expected"], case["target"])
    for key in case["keys"]:
        bloom.add(key)
    return base64.b64encode(bloom.to_bytes()).decode()


def load(case):
    """What a filter in another process says, made from the bytes of the first."""
    from bloom import Bloom

    bloom = Bloom.from_bytes(base64.b64decode(case["data"]), case["expected"], case["target"])
    before = sum(key not in bloom for key in case["keys"])
    bloom.add("one more")
    return {"lost": before, "more": "one more" in bloom, "same": sum(key not in bloom for key in case["keys"])}
