"""A slow line: passes bytes between two ports of this machine, each after a delay. What is on the way when it dies is lost.

    python3 link.py LISTEN TARGET DELAY_MS
"""

import selectors
import socket
import sys
import time


def main(listen, target, delay):
    waiting = selectors.DefaultSelector()
    server = socket.create_server(("127.0.0.1", listen))
    waiting.register(server, selectors.EVENT_READ)
    other, under_way = {}, []  # the other end of each connection; (time due, connection, bytes)

    def close(end):
        for one in (end, other.pop(end, None)):
            if one is not None:
                other.pop(one, None)
                try:
                    waiting.unregister(one)
                except (KeyError, ValueError):
                    pass
                one.close()

    while True:
        until = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        for key, _ in waiting.select(until):
            if key.fileobj is server:
                near, _ = server.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", target), timeout=5)
                except OSError:
                    near.close()
                    continue
                for one, two in ((near, far), (far, near)):
                    other[one] = two
                    waiting.register(one, selectors.EVENT_READ)
                continue
            end = key.fileobj
            try:
                data = end.recv(65536)
            except OSError:
                data = b""
            if data and end in other:
                under_way.append((time.monotonic() + delay, other[end], data))
            else:
                close(end)
        while under_way and under_way[0][0] <= time.monotonic():
            _, end, data = under_way.pop(0)
            try:
                end.sendall(data)
            except OSError:
                close(end)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) / 1000)
