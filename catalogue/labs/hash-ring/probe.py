"""Runs in a process of its own, with the learner's folder as the current one."""

import bisect
import hashlib
import time


def position(text):
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


class Reference:
    def __init__(self, nodes, points):
        self.size = len(set(nodes))
        self.points = sorted((position(f"{node}#{number}"), node) for node in set(nodes) for number in range(points))

    def owner(self, key):
        place = bisect.bisect_left(self.points, (position(key), ""))
        return self.points[place % len(self.points)][1]

    def owners(self, key, count):
        place, found = bisect.bisect_left(self.points, (position(key), "")), []
        while len(found) < min(count, self.size):
            node = self.points[place % len(self.points)][1]
            place += 1
            if node not in found:
                found.append(node)
        return found


def shorter(answer):
    return answer if isinstance(answer, str) and len(answer) < 60 else f"{answer!r:.60}"


def make(ring, case):
    return ring.HashRing(case["nodes"], case["points"]) if case.get("points") else ring.HashRing(case["nodes"])


def owners_of(cases):
    import ring

    return [[shorter(cluster.owner(key)) for key in case["keys"]] for case in cases for cluster in [make(ring, case)]]


def default_points(_):
    import ring

    return ring.DEFAULT_POINTS if type(ring.DEFAULT_POINTS) is int else 0


def join_and_leave(case):
    import ring

    *old, new = case["nodes"]
    cluster = ring.HashRing(old)
    before = [cluster.owner(key) for key in case["keys"]]
    cluster.add(new)
    during = [cluster.owner(key) for key in case["keys"]]
    cluster.remove(new)
    after = [cluster.owner(key) for key in case["keys"]]
    changes = [(was, now) for was, now in zip(before, during) if was != now]
    return {
        "moved": len(changes),
        "elsewhere": sum(now != new for _, now in changes),
        "not_back": sum(was != now for was, now in zip(before, after)),
    }


def copies(cases):
    import ring

    answers = []
    for case in cases:
        cluster = make(ring, case)
        answers.append([[shorter(node) for node in cluster.owners(key, case["count"])] for key in case["keys"]])
    return answers


def outcome(action):
    try:
        return repr(action())[:80]
    except Exception as error:
        # KeyError is a LookupError too, so the class is told by name.
        return type(error).__name__


def corners(case):
    from ring import HashRing

    nodes, keys = case["nodes"], case["keys"]
    plain = HashRing(nodes, 20)
    emptied = HashRing(nodes[:1], 20)
    outcome(lambda: emptied.remove(nodes[0]))
    twice = HashRing([*nodes, nodes[0]], 20)
    outcome(lambda: twice.add(nodes[1]))
    again = all(twice.owner(key) == plain.owner(key) for key in keys)
    twice.remove(nodes[0])
    twice.remove(nodes[1])
    without = HashRing(nodes[2:], 20)
    return {
        "owner on a ring that never had a node": outcome(lambda: HashRing().owner("a")),
        "owners on a ring whose only node was removed": outcome(lambda: emptied.owners("a", 2)),
        "owners with count 0": outcome(lambda: plain.owners("a", 0)),
        "owners with count -1": outcome(lambda: plain.owners("a", -1)),
        "owners are the same after adding nodes that are there": repr(again),
        "a node that was added twice is gone after one remove": repr(
            all(twice.owner(key) == without.owner(key) for key in keys)
        ),
        "remove of an unknown node": outcome(lambda: plain.remove("cache-unknown")),
    }


def speed(case):
    """Processor seconds for the keys, the reference's and the learner's: the best of three runs each."""
    import ring

    best = [9e9, 9e9]
    for _ in range(3):
        for index, cluster in enumerate((Reference(case["nodes"], 300), ring.HashRing(case["nodes"], 300))):
            began = time.process_time()
            for key in case["keys"]:
                cluster.owner(key)
            best[index] = min(best[index], time.process_time() - began)
            if best[1] < 9e9 and best[1] > 40 * best[0]:
                return best
    return best
