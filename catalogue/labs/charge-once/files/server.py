"""POST /charges on 127.0.0.1, one thread per request.

    python3 server.py [PORT]     8080 unless you say otherwise; 0 for any, which is written to data/port
"""

import os
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import harness


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65536))
        try:
            status, reply = harness.answer(self.headers.get("X-Customer", ""), self.headers.get("Idempotency-Key"), text)
        except Exception:
            traceback.print_exc()
            status, reply = 500, '{"error": "see the log"}'
        data = reply.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 64
    daemon_threads = True


server = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8080), Handler)
os.makedirs("data", exist_ok=True)
with open("data/port.new", "w", encoding="utf-8") as file:
    file.write(str(server.server_port))
os.rename("data/port.new", "data/port")
server.serve_forever()
