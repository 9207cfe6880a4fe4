"""Three phones change a shopping list and a counter without a network, then meet: python3 story.py"""

import json

from merge import Counter, Set


def send(source, target):
    target.merge(json.loads(json.dumps(source.state())))


ann, bob, cleo = (Counter(name) for name in ("ann", "bob", "cleo"))
ann.add(10)
send(ann, bob)
send(ann, cleo)
ann.add(2)
bob.add(3)
cleo.add(-4)
for source in (ann, bob, cleo, ann):
    for target in (ann, bob, cleo):
        send(source, target)
print("counter:", ann.value(), bob.value(), cleo.value(), "(it should be 11 everywhere)")

ann, bob, cleo = (Set(name) for name in ("ann", "bob", "cleo"))
ann.add("milk")
ann.add("bread")
old = json.loads(json.dumps(ann.state()))
send(ann, bob)
send(ann, cleo)
bob.remove("milk")
bob.remove("bread")
cleo.add("bread")
for source in (bob, cleo, ann, bob):
    for target in (ann, bob, cleo):
        send(source, target)
ann.merge(old)
print("list:", ann.items(), bob.items(), cleo.items(), "(it should be bread alone: Cleo added it again without knowing of Bob)")
for _ in range(1000):
    bob.add("eggs")
    bob.remove("eggs")
print("bytes of the state after a thousand changes of mind:", len(json.dumps(bob.state())))
