"""Random work on a store, with crashes, and what must be true afterwards.

    python3 histories.py kill|power [SEED]     100 histories; prints the first that ends badly
"""

import random
import sys
import traceback

from disk import Crash, Disk


def state(store):
    return {key: store.get(key) for key in store.keys()}


def one(rng, mode):
    """A history of up to six lives on one disk. The fault in words, or None."""
    from store import Store

    disk, model, told = Disk(rng=rng), {}, []
    for _ in range(rng.randint(2, 6)):
        doing = {}
        disk.crash_at(rng.randint(1, 14))
        try:
            store = Store(disk)
            found = state(store)
            if found != model:
                return f"{'; '.join(told)}; after opening again: {difference(found, model)}"
            for _ in range(rng.randint(0, 8)):
                doing = work(rng, model)
                store.batch(doing) if len(doing) != 1 else single(store, doing)
                model, doing = changed(model, doing), {}
            disk.crash_at(1)
            disk.append(b"")
        except Crash:
            told.append(f"{mode} after {len(model)} keys" + (f" while writing {len(doing)}" if doing else ""))
        disk = disk.after_kill() if mode == "kill" else disk.after_power_cut()
        # What was under way may be there or not, but not by half.
        peek = state(Store(disk))
        if peek not in (model, changed(model, doing)):
            return f"{'; '.join(told)}; after opening again: {difference(peek, model)}"
        model = peek
        if rng.random() < 0.5:
            disk = disk.after_power_cut() if mode == "power" else disk.after_kill()
    return None


def work(rng, model):
    changes = {}
    for _ in range(rng.choice([1, 1, 1, 2, 5])):
        key = rng.choice([f"key{rng.randint(0, 30)}", "ключ", "two words", "line\nbreak"])
        changes[key] = None if rng.random() < 0.2 else f"value {rng.getrandbits(40)}" + "x" * rng.choice([0, 3, 60]) + rng.choice(["", "\n", "\0", "}"])
    return changes


def single(store, changes):
    for key, value in changes.items():
        store.delete(key) if value is None else store.put(key, value)


def changed(model, changes):
    return {key: value for key, value in {**model, **changes}.items() if value is not None}


def difference(found, model):
    lost = [key for key in model if key not in found]
    new = [key for key in found if key not in model]
    other = [key for key in model if key in found and found[key] != model[key]]
    parts = [f"{len(keys)} keys {what} (such as {keys[0]!r:.40})" for keys, what in ((lost, "are lost"), (new, "appeared"), (other, "have another value")) if keys]
    return ", ".join(parts) or "a batch is there by half"


def many(mode, seed, count):
    for number in range(1, count + 1):
        fault = one(random.Random(f"{seed}/{mode}/{number}"), mode)
        if fault:
            return f"history {number}: {fault}"
    return None


if __name__ == "__main__":
    if sys.argv[1:2] not in (["kill"], ["power"]):
        sys.exit(__doc__)
    try:
        print(many(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "1", 100) or "100 histories ended well")
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        print(f"a history ended in {type(error).__name__}: {error} ({place.filename.rsplit('/', 1)[-1]}, line {place.lineno})")
