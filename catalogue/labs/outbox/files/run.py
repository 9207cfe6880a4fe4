"""Runs one of the three programs: python3 run.py shop FILE | relay | consumer"""

import json
import sys

from harness import Broker, Database
from outbox import consume, place, relay


def main(arguments):
    if arguments[:1] == ["shop"] and len(arguments) == 2:
        database = Database("shop.db", "shop.sql")
        with open(arguments[1], encoding="utf-8") as file:
            for line in file:
                order = json.loads(line)
                try:
                    place(database, order)
                    print("placed", order["order_id"], flush=True)
                except ValueError:
                    print("rejected", order["order_id"], flush=True)
    elif arguments == ["relay"]:
        database = Database("shop.db", "shop.sql")
        print(relay(database, Broker(database)))
    elif arguments == ["consumer"]:
        print(consume(Database("ledger.db", "ledger.sql"), Broker()))
    else:
        sys.exit(__doc__)


main(sys.argv[1:])
