"""Assigns 20,000 keys with ring.py, adds a node and prints what changed.

    python3 measure.py [--points N]    N points per node instead of DEFAULT_POINTS
"""

import argparse
import collections
import json

import ring

KEYS = [f"user/{number * 7919}" for number in range(20_000)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=ring.DEFAULT_POINTS)
    points = parser.parse_args().points
    with open("brief.json", encoding="utf-8") as file:
        nodes = json.load(file)["nodes"]
    cluster = ring.HashRing(nodes, points)
    before = [cluster.owner(key) for key in KEYS]
    fullest = max(collections.Counter(before).values())
    cluster.add("cache-newcomer")
    after = [cluster.owner(key) for key in KEYS]
    moved = [now for was, now in zip(before, after) if was != now]
    print(f"{len(nodes)} nodes, {points} points each")
    print(f"owner of {KEYS[0]}: {before[0]}")
    print(f"fullest node / mean: {fullest * len(nodes) / len(KEYS):.2f}")
    print(f"moved when a node was added: {len(moved) / len(KEYS):.4f}")
    print(f"of these, moved to the new node: {sum(now == 'cache-newcomer' for now in moved) / max(1, len(moved)):.2f}")


main()
