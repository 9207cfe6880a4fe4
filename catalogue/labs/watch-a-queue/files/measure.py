"""Measures the three loads of brief.json with drive.py: python3 measure.py [REQUESTS]"""

import json
import random
import sys

from drive import drive
from server import Server

with open("brief.json", encoding="utf-8") as file:
    brief = json.load(file)
count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
for number, rate in enumerate(brief["rates"]):
    wait = drive(Server(brief["mean_ms"], f"{brief['seed']}/{number}"), rate, count, random.Random(number))
    print(f"{rate:8.2f} requests per second ({rate * brief['mean_ms'] / 1000:.0%} busy): mean wait {wait:9.2f} ms")
