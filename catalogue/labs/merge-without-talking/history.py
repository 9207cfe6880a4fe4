"""Random histories of replicas, and what each should hold, found from who knew of which change."""

import random

SCENARIOS = {
    "Ann adds x and sends her state to Bob and Cleo. Bob removes x. Then Ann and Cleo get Bob's state.": False,
    "Ann adds x and sends her state to Bob and Cleo. Bob removes x, and Cleo, who does not know that, adds x again. Then all exchange states.": True,
    "Ann adds x and sends her state to Bob. Bob removes x and sends his state to Ann. Ann adds x again. Then all exchange states.": True,
    "Ann adds x and sends her state to Bob. Bob removes x. Cleo, who never heard of x, removes x too. Then Ann's first state arrives at all a second time.": False,
    "Ann and Bob each add x without knowing of each other. Bob removes x. Then all exchange states.": True,
}


def draw_brief(seed):
    rng = random.Random(f"merge-without-talking/{seed}/brief")
    start, changes = rng.randint(5, 30), [rng.randint(1, 12) for _ in range(3)]
    return {"seed": seed, "start": start, "changes": changes, "scenarios": rng.sample(list(SCENARIOS), 3)}


def exact(brief):
    return {
        "maximum": brief["start"] + max(brief["changes"]),
        "sum_of_values": 3 * brief["start"] + sum(brief["changes"]),
        "right": brief["start"] + sum(brief["changes"]),
    }


def draw(rng, kind):
    """Steps: ["change", replica, …], ["keep", replica, name] (a state is sent) and ["merge", replica, name] (it arrives)."""
    replicas, steps, sent = [f"r{number}" for number in range(rng.randint(2, 4))], [], []
    for _ in range(rng.randint(10, 45)):
        what = rng.choice(["change", "change", "keep", "merge", "merge"])
        if what == "merge" and sent:
            # Any state that was ever sent, old ones too, and more than once.
            steps.append(["merge", rng.choice(replicas), rng.choice(sent[-6:] if rng.random() < 0.8 else sent)])
        elif what == "keep":
            sent.append(f"s{len(sent)}")
            steps.append(["keep", rng.choice(replicas), sent[-1]])
        elif kind == "Counter":
            steps.append(["change", rng.choice(replicas), "add", rng.randint(-5, 9)])
        else:
            steps.append(["change", rng.choice(replicas), rng.choice(["add", "add", "remove"]), rng.choice(["milk", "bread", "eggs", "tea"])])
    return steps


def expected(steps, kind):
    """What the replica of each step holds after it."""
    known, kept, changes, values = {}, {}, [], []
    for what, replica, *rest in steps:
        mine = known.setdefault(replica, frozenset())
        if what == "change":
            changes.append((rest[0], rest[1], mine))
            mine |= {len(changes) - 1}
        elif what == "keep":
            kept[rest[0]] = mine
        else:
            mine |= kept[rest[0]]
        known[replica] = mine
        values.append(held(changes, mine, kind))
    return values


def held(changes, mine, kind):
    if kind == "Counter":
        return sum(changes[number][1] for number in mine)
    removed = set()
    for number in mine:
        verb, element, before = changes[number]
        if verb == "remove":
            removed |= {other for other in before if changes[other][1] == element}
    return sorted({changes[number][1] for number in mine if changes[number][0] == "add" and number not in removed})
