"""Random histories of nodes that work and send messages, and who could have known of whom."""


def draw(rng, nodes=None, length=None):
    """A list of steps: ["event", node], ["send", node, message] and ["receive", node, message]."""
    names = [f"node-{number}" for number in range(nodes or rng.randint(2, 5))]
    steps, under_way, count = [], [], 0
    for _ in range(length or rng.randint(6, 30)):
        kind = rng.choice(["event", "send", "receive", "receive"])
        if kind == "receive" and under_way:
            sender, message = under_way.pop(rng.randrange(len(under_way)))
            others = [name for name in names if name != sender]
            steps.append(["receive", rng.choice(others), message])
            if rng.random() < 0.1:
                under_way.append((sender, message))  # it may arrive twice
        elif kind == "send":
            count += 1
            name = rng.choice(names)
            steps.append(["send", name, f"m{count}"])
            under_way.append((name, f"m{count}"))
        else:
            steps.append(["event", rng.choice(names)])
    return steps


def pasts(steps):
    """For each step the set of the steps that came before it, itself included: by node and by message, followed to the end."""
    result, last, sent = [], {}, {}
    for number, (kind, name, *message) in enumerate(steps):
        known = {number} | last.get(name, set())
        if kind == "receive":
            known |= sent[message[0]]
        last[name] = known
        if kind == "send":
            sent[message[0]] = known
        result.append(known)
    return result


def relation(past, a, b):
    if a == b:
        return "same"
    if a in past[b]:
        return "before"
    return "after" if b in past[a] else "concurrent"
