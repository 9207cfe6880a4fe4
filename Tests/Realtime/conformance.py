#!/usr/bin/env python3
"""Asks a Socket.IO server everything its protocols say, packet by packet; one line for each case, 1 on failure.

    Tests/Realtime/conformance.py --server .build/debug/atlas-socketio-echo
    Tests/Realtime/conformance.py --reference --server "build/realtime/venv/bin/python Tests/Realtime/reference.py"

The server is started four times, as it is by default and with options, and must do what `atlas-socketio-echo` does. With
`--reference`, cases in which python-socketio is known to differ are left out, with the reason.
"""
import argparse
import concurrent.futures
import re
import signal
import sys
import tempfile
import time
import traceback

import engineio_cases  # noqa: F401
import upgrade_cases  # noqa: F401
import websocket_cases  # noqa: F401
import socketio_cases  # noqa: F401
import malformed_cases  # noqa: F401
import rooms_cases  # noqa: F401
import recovery_cases  # noqa: F401
from cases import CASES
from protocol import SOCKET, Client, EnginePolling, EngineWebSocket, target
from wire import POSTED, Closed, Failure, Refused, Server, request


class Servers:
    def __init__(self, command, reference):
        self.plain = Server(command)
        self.quick = Server(command, "--ping-interval", "500", "--ping-timeout", "1000", "--max-payload", "10000",
                            "--connect-timeout", "500")
        self.guarded = Server(command, "--origin", "https://good.example", "--origin", "https://second.example")
        self.recovering = None if reference else Server(command, "--recovery")
        self.all = [server for server in (self.plain, self.quick, self.guarded, self.recovering) if server]


def run(servers, title, function):
    began = time.monotonic()
    problem = None
    try:
        function(servers)
    except (Failure, Closed, Refused) as failure:
        place = traceback.extract_tb(failure.__traceback__)
        line = next((entry for entry in reversed(place) if entry.filename.endswith("_cases.py")), place[-1])
        problem = f"{type(failure).__name__}: {failure} ({line.filename.rsplit('/', 1)[-1]}:{line.lineno} {line.line})"
    except TimeoutError:
        place = traceback.extract_tb(sys.exc_info()[2])
        line = next((entry for entry in reversed(place) if entry.filename.endswith("_cases.py")), place[-1])
        problem = f"nothing came in time ({line.filename.rsplit('/', 1)[-1]}:{line.lineno} {line.line})"
    except Exception:
        problem = traceback.format_exc()
    return title, problem, time.monotonic() - began


def stopping(servers, reference):
    """Each server ends by SIGTERM with 0, closing what is still open."""

    def stop(server):
        try:
            if server.process.poll() is not None:
                raise Failure(f"the server ended by itself with {server.process.returncode}")
            clients = [Client(server), EngineWebSocket(server), EnginePolling(server)]
            code = server.stop()
            if code not in ([0, -signal.SIGTERM] if reference else [0]):
                raise Failure(f"expected exit code 0, got {code}")
            for client in clients[:2]:
                client.ended()
        except (Failure, Closed, OSError) as failure:
            return f"{type(failure).__name__}: {failure}"
        return None

    with concurrent.futures.ThreadPoolExecutor() as pool:
        return "; ".join(filter(None, pool.map(stop, servers.all))) or None


def silence(command):
    """Ids of sessions and clients are secrets: whoever reads the log must not find them."""
    with tempfile.NamedTemporaryFile() as log:
        server = Server(command, log=log.name)
        try:
            polling, client = EnginePolling(server), Client(server)
            secrets = {"session": polling.sid, "websocket session": client.engine.sid, "client": client.sid}
            client.send("abc")
            client.ended()
            polling.post("abc")
            request(server, "GET", target(SOCKET, "polling", "unknown-session-id"))
            server.stop()
            found = [name for name, secret in secrets.items() if secret.encode() in log.read()]
            return f"the log has the id of a {' and a '.join(found)}" if found else None
        finally:
            if server.process.poll() is None:
                server.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True, help="the command that starts the server")
    parser.add_argument("--only", default="", help="a regular expression that the titles must match")
    parser.add_argument("--jobs", type=int, default=12, help="cases at once; most of them wait")
    parser.add_argument("--reference", action="store_true", help="leave out what python-socketio does otherwise")
    parser.add_argument("--everything", action="store_true", help="with --reference: try those too")
    options = parser.parse_args()
    chosen = [case for case in CASES if re.search(options.only, case[0])]
    skipped = [case for case in chosen if options.reference and case[1] and not options.everything]
    if options.reference:
        POSTED[0] = "OK"
    servers = Servers(options.server, options.reference)
    passed = failed = 0
    began = time.monotonic()
    try:
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            running = [pool.submit(run, servers, title, function) for title, differs, function in chosen
                       if not (options.reference and differs) or options.everything]
            for case in running:
                title, problem, seconds = case.result()
                print(f"{'FAIL' if problem else 'ok  '} {title}" + (f" ({seconds:.1f} s)" if seconds > 2 else ""))
                if problem:
                    print(f"     {problem}")
                passed, failed = passed + (not problem), failed + bool(problem)
        for title, differs, _ in skipped:
            print(f"skip {title}: {differs}")
        for title, problem in (("the log names no session and no client", silence(options.server)),
                               ("the servers end by SIGTERM with 0 and close what is open",
                                stopping(servers, options.reference))):
            print(f"{'FAIL' if problem else 'ok  '} {title}" + (f"\n     {problem}" if problem else ""))
            passed, failed = passed + (not problem), failed + bool(problem)
    finally:
        for server in servers.all:
            if server.process.poll() is None:
                server.process.kill()
    print(f"conformance: {time.monotonic() - began:.1f} s")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
