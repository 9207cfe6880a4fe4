"""Runs in a process of its own, with the learner's folder as the current one."""

import json


def stamps_of(steps):
    from clocks import Node

    nodes, sent, stamps = {}, {}, []
    for kind, name, *message in steps:
        node = nodes.setdefault(name, Node(name))
        if kind == "event":
            stamp = node.event()
        elif kind == "send":
            stamp = sent[message[0]] = node.send()
        else:
            # A stamp travels as text, as over a network.
            stamp = node.receive(json.loads(json.dumps(sent[message[0]])))
        # What the node does with its own clock later must not change a stamp that it has given.
        stamps.append(json.loads(json.dumps(stamp)))
        kept = stamps[-1]
        if kind == "send":
            sent[message[0]] = kept
    return stamps


def compare(histories):
    import clocks

    answers = []
    for case in histories:
        stamps = stamps_of(case["steps"])
        answers.append([str(clocks.compare(stamps[a], stamps[b]))[:20] for a, b in case["pairs"]])
    return answers


def kept_stamps(steps):
    """Whether stamps that were given out stay as they were."""
    from clocks import Node

    nodes, sent, given = {}, {}, []
    for kind, name, *message in steps:
        node = nodes.setdefault(name, Node(name))
        stamp = node.event() if kind == "event" else node.send() if kind == "send" else node.receive(sent[message[0]])
        if kind == "send":
            sent[message[0]] = stamp
        given.append((stamp, json.dumps(stamp, sort_keys=True)))
    return sum(json.dumps(stamp, sort_keys=True) != text for stamp, text in given)


def newest(cases):
    import clocks

    answers = []
    for case in cases:
        stamps = stamps_of(case["steps"])
        kept = clocks.newest([(stamps[number], f"value {number}") for number in case["versions"]])
        answers.append([value for _, value in kept])
    return answers
