"""Runs in a process of its own, with the learner's folder as the current one."""

import json


def play(cases):
    """What the replica of each step holds after it."""
    import merge

    answers = []
    for case in cases:
        replicas, kept, answer = {}, {}, []
        for what, name, *rest in case["steps"]:
            replica = replicas.get(name) or replicas.setdefault(name, getattr(merge, case["kind"])(name))
            if what == "change":
                getattr(replica, rest[0])(rest[1])
            elif what == "keep":
                # A state travels as text, as over a network.
                kept[rest[0]] = json.dumps(replica.state())
            else:
                replica.merge(json.loads(kept[rest[0]]))
            answer.append(replica.value() if case["kind"] == "Counter" else list(replica.items()))
        answers.append(answer)
    return answers


def sizes(rounds):
    """The bytes of a set's state after that many changes of mind of two replicas, and of a counter's after as many additions."""
    from merge import Counter, Set

    one, two, counter = Set("one"), Set("two"), Counter("one")
    for number in range(rounds):
        replica = (one, two)[number % 2]
        replica.add(f"element {number % 5}")
        replica.remove(f"element {number % 5}")
        counter.add(1 if number % 3 else -1)
        if number % 50 == 0:
            one.merge(json.loads(json.dumps(two.state())))
            two.merge(json.loads(json.dumps(one.state())))
    return [len(json.dumps(one.state())), len(json.dumps(counter.state()))]
