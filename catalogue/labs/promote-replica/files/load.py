"""Writes keys through writer.py until it fails, then says which were acknowledged: python3 load.py [COUNT]

The acknowledged keys are kept in acknowledged.txt; `python3 load.py --compare PORT` tells how many of them are on that port.
"""

import sys

from resp import Redis


def main(arguments):
    if arguments[:1] == ["--compare"]:
        redis = Redis(int(arguments[1]))
        with open("acknowledged.txt", encoding="utf-8") as file:
            keys = file.read().split()
        lost = [key for key in keys if redis.command("GET", key) is None]
        print(f"{len(lost)} of {len(keys)} acknowledged keys are lost")
        return
    from writer import put

    redis, count = Redis(7001), 0
    with open("acknowledged.txt", "w", encoding="utf-8") as file:
        for number in range(int(arguments[0]) if arguments else 10**9):
            try:
                if put(redis, f"key{number}", f"value {number}", 500):
                    print(f"key{number}", file=file, flush=True)
                    count += 1
            except OSError as error:
                print(f"the primary is gone ({error})")
                break
    print(f"{count} keys acknowledged")


main(sys.argv[1:])
