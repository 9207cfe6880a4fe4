"""A backend of the shop: python3 backend.py NAME PORT LOG [MOOD]

Each request that it works on is a line in LOG: name, method, path. MOOD is a file; what is in it says how the backend feels:
nothing: well; `sick`: answers 503 without doing anything; `swallow`: does the work of a POST and never answers.
"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NAME, PORT, LOG = sys.argv[1], int(sys.argv[2]), sys.argv[3]
MOOD = sys.argv[4] if len(sys.argv) > 4 else os.devnull
lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def mood(self):
        try:
            with open(MOOD, encoding="utf-8") as file:
                return file.read().strip()
        except OSError:
            return ""

    def answer(self):
        self.rfile.read(min(int(self.headers.get("Content-Length") or 0), 65536))
        mood = self.mood()
        if mood == "sick":
            return self.say(503, "sick")
        with lock, open(LOG, "a", encoding="utf-8") as file:
            file.write(f"{NAME} {self.command} {self.path}\n")
        if mood == "swallow" and self.command == "POST":
            threading.Event().wait()
        return self.say(200, NAME)

    do_GET = do_POST = answer

    def say(self, status, text):
        data = (text + "\n").encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


Server(("127.0.0.1", PORT), Handler).serve_forever()
