"""Plays a short story of three nodes and prints what clocks.py says of it: python3 story.py"""

from clocks import Node, compare, newest

ann, bob, cleo = Node("ann"), Node("bob"), Node("cleo")
a1 = ann.event()
b1 = bob.event()
message = ann.send()
b2 = bob.receive(message)
c1 = cleo.event()
reply = bob.send()
a2 = ann.receive(reply)
stamps = {"a1": a1, "b1": b1, "b2": b2, "c1": c1, "a2": a2}
for name, stamp in stamps.items():
    print(f"{name}: {stamp}")
for one, two in (("a1", "b2"), ("b2", "a1"), ("a1", "b1"), ("c1", "a2"), ("a1", "a2"), ("b2", "b2")):
    print(f"{one} is {compare(stamps[one], stamps[two])} {two}")
kept = newest([(a1, "written by ann"), (b1, "written by bob"), (b2, "written by bob, who knew ann's")])
print("kept:", ", ".join(value for _, value in kept))
