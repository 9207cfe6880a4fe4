"""Runs in a process of its own, with the learner's folder as the current one."""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "files"))
import histories
from disk import Crash, Disk, RealDisk


def works(seed):
    """400 changes without a crash, with an opening now and then."""
    from store import Store

    rng = random.Random(seed)
    disk, model = Disk(rng=rng), {}
    store = Store(disk)
    for step in range(400):
        changes = histories.work(rng, model)
        store.batch(changes) if len(changes) != 1 else histories.single(store, changes)
        model = histories.changed(model, changes)
        if step % 40 == 39:
            store = Store(disk)
        found = histories.state(store)
        if found != model:
            return f"after change {step + 1}: {histories.difference(found, model)}"
        if sorted(model) != list(store.keys()):
            return "keys() is not the sorted list of the keys that have a value"
        if store.get("absent") is not None:
            return "get of an absent key is not None"
    return None


def crashes(argument):
    return histories.many(argument["mode"], argument["seed"], argument["count"])


def syncs(seed):
    """How often a call syncs, at least and at most."""
    from store import Store

    rng = random.Random(seed)
    disk = Disk(rng=rng)
    store = Store(disk)
    counts = []
    for number in range(60):
        changes = {f"key{rng.randint(0, 99)}": f"{rng.getrandbits(40)}" for _ in range(rng.choice([10, 40]))}
        calls = [lambda: store.batch(changes), lambda: store.put("single", f"{number}"), lambda: store.delete("single")]
        for call in calls:
            before = disk.syncs
            call()
            counts.append(disk.syncs - before)
    return [min(counts), max(counts)]


def rot(seed):
    """For 40 stores with one flipped bit in a value in their middle, what opening does."""
    import store as module

    rng = random.Random(seed)
    answers = []
    for _ in range(40):
        disk = Disk(rng=rng)
        store = module.Store(disk)
        values = [f"{rng.getrandbits(400):0100x}" for _ in range(12)]
        for number, value in enumerate(values):
            store.put(f"key{number}", value)
        content, victim = bytearray(disk.read()), rng.randrange(2, 9)
        place = content.find(values[victim].encode())
        place = len(content) // 2 if place < 0 else place + rng.randrange(100)
        content[place] ^= 1 << rng.randrange(6)
        try:
            opened = module.Store(Disk(bytes(content), rng))
            got = [opened.get(f"key{number}") for number in range(12)]
            wrong = [number for number in range(12) if got[number] is not None and got[number] != values[number]]
            if got == values:
                answers.append("harmless")  # the bit meant nothing to this format
                continue
            answers.append("gave a wrong value" if wrong else f"opened with {sum(value is None for value in got)} of 12 keys missing")
        except module.Corrupt:
            answers.append("Corrupt")
        except Exception as error:
            answers.append(type(error).__name__)
    return answers


def write_for_ever(path):
    """Puts key after key into a real file, and says each on descriptor 1 when it is acknowledged."""
    from store import Store

    said = os.fdopen(os.dup(1), "w")
    store = Store(RealDisk(path))
    number = 0
    while True:
        key = f"key{number}"
        store.put(key, f"value {number} " + "y" * (number % 50))
        said.write(f"{number}\n")
        said.flush()
        number += 1


def look(path):
    from store import Store

    store = Store(RealDisk(path))
    found = histories.state(store)
    wrong = [key for key, value in found.items() if value != f"value {key[3:]} " + "y" * (int(key[3:]) % 50)]
    store.put("after", "the crash")
    again = Store(RealDisk(path))
    return {"count": len(found), "wrong": len(wrong), "writable": again.get("after") == "the crash"}
