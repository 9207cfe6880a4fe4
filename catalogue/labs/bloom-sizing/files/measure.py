"""Fills a filter and counts false answers: python3 measure.py [KEYS [TARGET [ADDED]]]"""

import sys

from bloom import Bloom

keys = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
target = float(sys.argv[2]) if len(sys.argv) > 2 else 0.01
added = int(sys.argv[3]) if len(sys.argv) > 3 else keys
bloom = Bloom(keys, target)
for number in range(added):
    bloom.add(f"in/{number}")
lost = sum(f"in/{number}" not in bloom for number in range(added))
false = sum(f"out/{number}" in bloom for number in range(50_000)) / 50_000
size = len(bloom.to_bytes())
print(f"{size} bytes, {size * 8 / keys:.2f} bits for each of {keys} keys; {added} were added")
print(f"keys that were added and not found: {lost}")
print(f"false positives: {false:.4%} (target {target:.4%})")
