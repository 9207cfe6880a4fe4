#!/usr/bin/env python3
"""Sends a Socket.IO server what nobody should, from seeds, and looks whether it lives.

    Tests/Realtime/hostile.py --server .build/debug/atlas-socketio-echo --seconds 4

For each surface (raw bytes, HTTP, WebSocket frames, Engine.IO packets, Socket.IO packets, and honest sessions cut off
anywhere) it plays for so many seconds from several connections at once. After each surface a client must be served as ever
and the memory must stay within its bound; at the end the server must stop by itself with exit code 0. A failure prints
the seed, which plays the same again (`--seed`).
"""
import argparse
import json
import os
import random
import re
import struct
import sys
import threading
import time
import traceback

import wire as settings
from protocol import ENGINE, SOCKET, Client, EnginePolling, EngineWebSocket, target
from wire import BINARY, CLOSE, PING, PONG, TEXT, Closed, Failure, Refused, Server, expect, frame, head, upgrade_headers

THREADS = 4
# Above what the server has after it was warmed up: three namespaces keep packets of 32 MiB each for recovery, and 32 MiB for all else.
# A leak of one payload per hostile connection would pass it in seconds.
GROWTH_KIB = 128 * 1024
LARGEST = 200_000
# How much of a crashed thread's stack is shown.
CRASH_LINES = 25

NUMBERS = ["0", "1", "-1", "-0", "1.5", "1e9", "1e400", "9007199254740992", "9223372036854775807", "9223372036854775808",
           "18446744073709551616", "9" * 400, "00", "+1", "0x10", "NaN", ""]
TEXTS = ["", "a", "message", "message-with-ack", "join", "pub", "burst", "connect", "disconnect", "__proto__", "\u0000",
         "\ud7ff", "🦉", "\u2028", "grüße", "x" * 5_000, "rooms", "kick", "ask-me", "leave", "_placeholder"]
SIDS = ["", "abc", "A" * 20, "A" * 10_000, "%00", "%", "../../etc/passwd", "%F0%9F", "🦉"]


def raw_bytes(seed):
    """Bytes of any kind, sometimes behind the start of a request."""
    start = seed.choice([b"", b"GET ", b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n", b"\x16\x03\x01", b"PRI * HTTP/2.0\r\n\r\n",
                         b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"])
    return start + seed.randbytes(seed.choice([1, 10, 100, 5_000, 100_000]))


def http_request(seed, sids):
    """A request in which much, but not all, is right."""
    query = {"EIO": seed.choice(["4", "4", "4", "3", "", "44", "4\x00", "9" * 30]),
             "transport": seed.choice(["polling", "polling", "websocket", "webtransport", "", "polling" * 100])}
    if seed.random() < 0.7:
        query["sid"] = seed.choice(sids + SIDS)
    for _ in range(seed.choice([0, 0, 0, 3, 300])):
        query[f"q{seed.random()}"] = seed.choice(TEXTS[:5])
    place = seed.choice([ENGINE, SOCKET, "/socket.io", "/socket.io//", "/", "/engine.io/%2e%2e/", "*", "http://x/socket.io/"])
    asked = place + "?" + "&".join(f"{name}={value}" for name, value in query.items())
    headers = {"Host": "x"}
    body = seed.choice([b"", b"4hello", b"40", b'42["message",1]', b"\x1e" * 1_000, b"b" * 1_000, b"4" * LARGEST,
                        seed.randbytes(50), None])
    if body is None:
        body = engine_payload(seed)
    length = seed.choice([len(body), len(body), len(body), len(body) + 5, max(0, len(body) - 3), -1, 2 ** 63, 2 ** 64, "a", ""])
    for name, values in {
            "Content-Type": ["text/plain", "application/octet-stream", "text/plain;charset=UTF-16", "x" * 10_000],
            "Transfer-Encoding": ["chunked", "gzip", "chunked, chunked"], "Origin": ["https://x", "null", "x" * 5_000],
            "Upgrade": ["websocket", "h2c"], "Connection": ["Upgrade", "close", "keep-alive, Upgrade"], "Expect": ["100-continue"],
            "Sec-WebSocket-Key": ["AAAAAAAAAAAAAAAAAAAAAA==", "x"], "Sec-WebSocket-Version": ["13", "-1", "9" * 50]}.items():
        if seed.random() < 0.25:
            headers[name] = seed.choice(values)
    method = seed.choice(["GET", "GET", "POST", "POST", "OPTIONS", "PUT", "HEAD", "TRACE", "CONNECT", "G\x00T", "X" * 1_000])
    if method not in ("GET", "HEAD") or seed.random() < 0.2:
        headers["Content-Length"] = str(length)
    data = head(method, asked, headers).decode("utf-8", "replace").encode("utf-8") + body
    if seed.random() < 0.2:
        data = data[:seed.randrange(len(data))]
    return data * (20 if len(data) < 5_000 and seed.random() < 0.2 else 1)


def ws_frame(seed):
    """A frame, right or wrong in each of its fields."""
    opcode = seed.choice([TEXT, TEXT, TEXT, BINARY, 0, 0, CLOSE, PING, PONG, seed.randrange(16)])
    payload = seed.choice([b"", b"2", b"3", b"40", b"4" + seed.randbytes(10), b'42["message",1]', seed.randbytes(130),
                           b"4" * seed.choice([126] * 8 + [65_535, 65_536, LARGEST]), struct.pack("!H", seed.randrange(65_536)) + b"\xff"])
    length = seed.choice([None] * 12 + [0, 2 ** 16, 2 ** 31, 2 ** 63, 2 ** 64 - 1])
    data = frame(opcode, payload, seed.random() < 0.8, seed.choice([0] * 12 + [1, 2, 4, 7]), seed.random() < 0.97, length)
    return data[:seed.randrange(1, len(data) + 1)] if seed.random() < 0.05 else data


def engine_packet(seed):
    if seed.random() < 0.1:
        return ""
    return seed.choice(["0", "1", "2", "3", "4", "5", "6", "7", "2probe", "3probe", "4hello", "b", "bAQID", "bAQI=", "b!!!!", "🦉",
                        seed.choice("0123456789b\x00\x1e") * seed.choice([1, 2, 3_000]), seed.randbytes(20), None]) or socket_text(seed)


def engine_payload(seed):
    parts = [engine_packet(seed) for _ in range(seed.choice([1, 2, 3, 20]))] * seed.choice([1, 1, 1, 100])
    return b"\x1e".join(part if isinstance(part, bytes) else part.encode() for part in parts)[:LARGEST]


def json_text(seed, depth=0):
    kind = seed.randrange(9)
    if kind == 0 and depth < 6:
        return "[" + ",".join(json_text(seed, depth + 1) for _ in range(seed.randrange(4))) + "]"
    if kind == 1 and depth < 6:
        return "{" + ",".join(f"{json.dumps(seed.choice(TEXTS))}:{json_text(seed, depth + 1)}" for _ in range(seed.randrange(4))) + "}"
    if kind == 2:
        return '{"_placeholder":true,"num":%s}' % seed.choice(NUMBERS)
    if kind == 3:
        return seed.choice(NUMBERS)
    if kind == 4:
        return seed.choice(["[" * 60, "{" * 60, '{"a":' * 3_000, "[" * 50_000, "]" * 60, '"\\u', '"\\ud800"', '"\\x"', "tru", '"\n"'])
    return json.dumps(seed.choice(TEXTS), ensure_ascii=seed.random() < 0.5)


def socket_text(seed):
    """A Socket.IO packet whose parts are right more often than not."""
    kind = seed.choice("02222233345556" + "789x")
    count = seed.choice(["0", "1", "2", "10", *NUMBERS]) + "-" if kind in "56" or seed.random() < 0.05 else ""
    place = seed.choice(["", "", "", "/custom,", "/auth,", "/none,", "/", "/custom", "/" + "n" * 3_000 + ",", "/\x00,", ",", "//,"])
    number = seed.choice(["", "", "1", *NUMBERS])
    name = json.dumps(seed.choice(TEXTS))
    arguments = ",".join([name, *(json_text(seed) for _ in range(seed.randrange(4)))])
    data = seed.choice([f"[{arguments}]"] * 6 + [json_text(seed), "", "[", f"[{arguments}", f"[{arguments}]]"])
    # Ten thousand events are a lot of work for whoever asks, and not what is tested here.
    return "4" + kind + count + place + number + data


def mutated(seed, text):
    """The text with a few bytes changed, doubled or dropped."""
    data = bytearray(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    for _ in range(seed.choice([0, 0, 1, 3])):
        if not data:
            break
        place = seed.randrange(len(data))
        change = seed.randrange(3)
        if change == 0:
            data[place] = seed.randrange(256)
        elif change == 1:
            data[place:place] = data[place:place + 8]
        else:
            del data[place:place + seed.choice([1, 8])]
    return bytes(data)


def play_raw(server, seed):
    wire = server.dial()
    wire.send(raw_bytes(seed))
    drain(wire, 0.02)
    leave(wire, seed)


def play_http(server, seed):
    sids = [EnginePolling(server, path).sid for path in (ENGINE, SOCKET)]
    wire = server.dial()
    for _ in range(5):
        wire.send(http_request(seed, sids))
        drain(wire, 0.01)
    leave(wire, seed)


def play_frames(server, seed):
    session = EngineWebSocket(server, seed.choice([ENGINE, SOCKET]))
    for _ in range(10):
        data = b"".join(ws_frame(seed) for _ in range(seed.choice([1, 1, 5, 300])))
        # Heads in pieces, too.
        for _ in range(seed.choice([0, 0, 1, 3])):
            place = seed.randrange(min(len(data), 30) + 1)
            session.wire.send(data[:place])
            drain(session.wire, 0.001)
            data = data[place:]
        session.wire.send(data)
        drain(session.wire, 0.002)
    leave(session.wire, seed)


def play_engine(server, seed):
    if seed.random() < 0.5:
        session = EngineWebSocket(server)
        for _ in range(20):
            packet = engine_packet(seed)
            session.wire.send(frame(BINARY if isinstance(packet, bytes) else TEXT, mutated(seed, packet)))
        drain(session.wire, 0.01)
        leave(session.wire, seed)
        return
    session = EnginePolling(server)
    if seed.random() < 0.4:
        session.ask()
    if seed.random() < 0.4:
        upgrade = EngineWebSocket(server, sid=session.sid)
        for packet in seed.choice([["2probe"], ["2probe", "5"], ["5"], ["2probe", "2probe"], ["4x"], ["2probe", "4x", "5"], []]):
            upgrade.send(packet)
        drain(upgrade.wire, 0.01)
        leave(upgrade.wire, seed)
    for _ in range(3):
        wire = server.dial()
        body = mutated(seed, engine_payload(seed))
        wire.send(head("POST", session.target, {"Host": "x", "Content-Type": "text/plain", "Content-Length": len(body)}) + body)
        drain(wire, 0.005)
        leave(wire, seed)
    leave(session.getting, seed)


def play_socket(server, seed):
    client = Client(server, connect=seed.random() < 0.9)
    for _ in range(30):
        text = socket_text(seed)
        if seed.random() < 0.3:
            text = mutated(seed, text)
        else:
            text = text.encode("utf-8", "surrogatepass")
        client.engine.wire.send(frame(TEXT, text))
        for _ in range(seed.choice([0, 0, 0, 1, 3])):
            client.engine.wire.send(frame(BINARY, seed.randbytes(seed.choice([0, 1, 1_000]))))
        drain(client.engine.wire, 0.001)
    leave(client.engine.wire, seed)


def play_cut(server, seed):
    """An honest session whose bytes end anywhere, in pieces of any size."""
    data = head("GET", target(SOCKET, "websocket"), {"Host": "x"} | upgrade_headers())
    for text in ('40{"token":"good"}', "40/custom,", '42["join","cut"]', '42["pub","cut",{"a":[1,2,3]}]', '421["message-with-ack",1]',
                 '451-["pub","cut",{"_placeholder":true,"num":0}]'):
        data += frame(TEXT, text.encode())
    data += frame(BINARY, b"\x01\x02\x03") + frame(TEXT, b'42["rooms"]') + frame(CLOSE, b"\x03\xe8")
    data = data[:seed.randrange(len(data))]
    wire = server.dial()
    while data:
        size = seed.choice([1, 3, 10, 100, 1_000])
        wire.send(data[:size])
        data = data[size:]
        if seed.random() < 0.1:
            drain(wire, 0.001)
    # Without this, the connections would only pile up in front of the server.
    drain(wire, 0.01)
    leave(wire, seed)


def drain(wire, seconds):
    wire.wait(seconds)
    try:
        while True:
            wire.fill()
            wire.buffer.clear()
    except TimeoutError:
        pass
    finally:
        wire.wait(10)


def leave(wire, seed):
    wire.reset() if seed.random() < 0.5 else wire.close()


SURFACES = {"raw bytes": play_raw, "HTTP requests": play_http, "WebSocket frames": play_frames, "Engine.IO packets": play_engine,
            "Socket.IO packets": play_socket, "sessions cut off": play_cut}


def attack(server, play, base, seconds):
    """Plays from several threads; the number of rounds, and what went wrong."""
    end = time.monotonic() + seconds
    rounds, problems = [0] * THREADS, []

    def work(thread):
        while time.monotonic() < end and not problems:
            number = base + rounds[thread] * THREADS + thread
            try:
                play(server, random.Random(number))
            except (Closed, Refused, ConnectionError):
                pass
            except (Failure, OSError, TimeoutError, ValueError) as problem:
                problems.append(f"seed {number}: {type(problem).__name__}: {problem}")
            rounds[thread] += 1

    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(rounds), problems


def crash(log):
    """Why the server ended, and where: what it said first, and the top of the stack of the thread that crashed."""
    with open(log, errors="replace") as file:
        lines = file.read().splitlines()
    reasons = [line for line in lines if re.search("Fatal error|Precondition failed|Assertion failed|Program crashed|Sanitizer", line)]
    thread = next((place for place, line in enumerate(lines) if re.match(r"Thread \d+ .*crashed", line)), None)
    top = lines[thread:thread + CRASH_LINES] if thread is not None else lines[-CRASH_LINES:]
    return "\n     ".join(line[:300] for line in reasons[:5] + top) or "it said nothing"


def alive(server):
    """Both transports and both endpoints serve as ever."""
    if server.process.poll() is not None:
        raise Failure(f"the server ended with {server.process.returncode}: {crash(server.log)}")
    for transport in (EngineWebSocket, EnginePolling):
        session = transport(server, ENGINE)
        session.send("4alive")
        expect(session.receive(), "4alive", "echo of Engine.IO")
        client = Client(server, transport)
        expect(client.call("message-with-ack", "alive", b"\x01"), ["alive", b"\x01"], "acknowledgement")
        session.close()
        client.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", required=True, help="the command that starts the server")
    parser.add_argument("--seconds", type=float, default=10, help="for each surface")
    parser.add_argument("--seed", type=int, default=int(time.time()) * 1_000, help="the first of the seeds")
    parser.add_argument("--only", default="", help="the name of one surface")
    options = parser.parse_args()
    # A busy server may first have to get through what was thrown at it.
    settings.PATIENCE = 60.0
    log = f"/tmp/hostile-{os.getpid()}.log"
    server = Server(options.server, "--recovery", "--ping-interval", "2000", "--ping-timeout", "2000",
                    "--max-payload", str(LARGEST), "--connect-timeout", "1000", log=log)
    passed = failed = 0
    try:
        # The first rounds fill caches and pools.
        for play in SURFACES.values():
            attack(server, play, 1, 0.3)
        alive(server)
        before = server.resident_kib()
        print(f"seed {options.seed}, {before:,} KiB resident after warming up")
        for name, play in SURFACES.items():
            if options.only and name != options.only:
                continue
            rounds, problems = attack(server, play, options.seed, options.seconds)
            try:
                alive(server)
                grown = server.resident_kib() - before
                if grown > GROWTH_KIB:
                    raise Failure(f"the server grew by {grown:,} KiB, at most {GROWTH_KIB:,} are allowed")
            except (Failure, Closed, Refused, OSError):
                problems.append("afterwards: " + traceback.format_exc())
            print(f"{'FAIL' if problems else 'ok  '} {name}: {rounds:,} rounds"
                  + (f", {server.resident_kib():,} KiB" if server.process.poll() is None else ""))
            for problem in problems:
                print(f"     {problem}")
            passed, failed = passed + (not problems), failed + bool(problems)
            if server.process.poll() is not None:
                break
        code = server.stop()
        problem = None if code == 0 else f"expected exit code 0, got {code}: {crash(log)}"
        print(f"{'FAIL' if problem else 'ok  '} the server ends by SIGTERM with 0" + (f"\n     {problem}" if problem else ""))
        passed, failed = passed + (not problem), failed + bool(problem)
    finally:
        if server.process.poll() is None:
            server.process.kill()
        os.remove(log)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
