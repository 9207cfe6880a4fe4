"""Sends requests to the edge on port 8080, one after the other: python3 load.py [COUNT [PAUSE_MS]]"""

import collections
import http.client
import socket
import sys
import time


def ask(method="GET", path="/", timeout=70):
    """Status, text and seconds of one request."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=timeout)
    try:
        connection.request(method, path, b"" if method == "GET" else b"an order")
        response = connection.getresponse()
        return response.status, response.read(1000).decode("utf-8", "replace").strip(), time.monotonic() - began
    except (OSError, http.client.HTTPException) as error:
        return 0, type(error).__name__, time.monotonic() - began
    finally:
        connection.close()


def wait_for(ports):
    for port in ports:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        else:
            sys.exit(f"nobody listens on port {port}; see /tmp/nginx/error.log and /tmp/shop")


def main(arguments):
    if arguments[:1] == ["--wait"]:
        return wait_for(map(int, arguments[1:]))
    count = int(arguments[0]) if arguments else 200
    pause = int(arguments[1]) / 1000 if len(arguments) > 1 else 0
    answers, slow = collections.Counter(), 0
    for number in range(count):
        status, text, seconds = ask(path=f"/page/{number}")
        answers[f"{status} {text[:20]}"] += 1
        slow += seconds > 0.5
        time.sleep(pause)
    for answer, times in sorted(answers.items()):
        print(f"{times:5} × {answer}")
    print(f"{slow:5} took longer than half a second")


if __name__ == "__main__":
    main(sys.argv[1:])
