"""Engine.IO over both transports: heartbeats, the websocket transport and the upgrade from one to the other.

Sources as in `engineio_cases.py`.
"""
import threading
import time

from cases import case, each
from engineio_cases import expect_gone
from protocol import ENGINE, EnginePolling, EngineWebSocket, target
from wire import (CLOSE, PATIENCE, QUIET, SEPARATOR, TEXT, Closed, Failure, Refused, expect, frame, head,
                  read_response, request, upgrade_headers, write_request)

# Heartbeats


@case("polling: pings come at the interval and the session lives while pongs do")
def polling_heartbeat(servers):
    session = EnginePolling(servers.quick)
    for _ in range(4):
        expect(session.receive(), "2", "packet")
        session.send("3")
    session.send("4alive")
    expect(session.receive(), "4alive", "echo")


@case("websocket: pings come at the interval and the session lives while pongs do")
def websocket_heartbeat(servers):
    began = time.monotonic()
    session = EngineWebSocket(servers.quick)
    for _ in range(4):
        expect(session.receive(), "2", "packet")
        session.send("3")
    if time.monotonic() - began < 4 * 0.48:
        raise Failure(f"expected four pings in at least 2 s, got them in {time.monotonic() - began:.3f} s")


@case("websocket: the interval starts anew with the pong")
def interval_restarts(servers):
    session = EngineWebSocket(servers.quick)
    expect(session.receive(), "2", "packet")
    time.sleep(0.1)
    began = time.monotonic()
    session.send("3")
    expect(session.receive(), "2", "packet")
    if time.monotonic() - began < 0.48:
        raise Failure(f"expected a ping 0.5 s after the pong, got it after {time.monotonic() - began:.3f} s")


# Interval, timeout and what the server may be late.
LONGEST_SILENCE = 0.5 + 1.0 + 0.1


def in_time(measure, what):
    """One of five tries is in time: the machine may be busy, a late server is late each time."""
    best = min(measure() for _ in range(5)) if measure() > LONGEST_SILENCE else 0
    if best > LONGEST_SILENCE:
        raise Failure(f"{what}: expected within {LONGEST_SILENCE} s, took at best {best:.3f} s")


@case("websocket: without a pong the connection closes within interval + timeout + 100 ms")
def no_pong(servers):
    def measure():
        began = time.monotonic()
        session = EngineWebSocket(servers.quick)
        session.ended()
        took = time.monotonic() - began
        if took < 1.48:
            raise Failure(f"expected 0.5 s and 1 s of time, closed after {took:.3f} s")
        return took

    in_time(measure, "close")


@case("polling: without a pong the session closes within interval + timeout + 100 ms", differs="python-engineio is late")
def no_pong_polling(servers):
    def measure():
        began = time.monotonic()
        session = EnginePolling(servers.quick)
        while session.get().status == 200:
            pass
        return time.monotonic() - began

    in_time(measure, "close")


@case("polling: a session nobody polls is closed too")
def abandoned(servers):
    session = EnginePolling(servers.quick)
    expect_gone(servers.quick, session.sid)
    expect(request(servers.quick, "GET", session.target).status, 400, "status")


@case("websocket: a ping of the client closes", differs="python-engineio ignores it")
def client_ping(servers):
    session = EngineWebSocket(servers.plain)
    session.send("2")
    session.ended()


# WebSocket transport


@case("websocket: text and binary come back as they went, large ones too")
def websocket_echo(servers):
    session = EngineWebSocket(servers.plain)
    for message in ("4hello", "4", b"\x01\x02\x03", b"", "4grüße 🦉",
                    "4" + "x" * 125, "4" + "y" * 70_000, b"z" * 70_000):
        session.send(message)
        expect(session.receive() == message, True, f"echo of {len(message)}")


@each("websocket: a bad packet closes: {}", {
    "unknown letter": "abc", "nothing": "", "unknown digit": "7", "an open packet": "0{}", "an upgrade packet": "5",
    "base64": "bAQIDBA=="},
    differs=lambda name: None if name in ("unknown letter", "nothing") else "python-engineio is lenient")
def bad_packet(servers, packet):
    session = EngineWebSocket(servers.plain)
    session.send(packet)
    session.ended()


@case("websocket: the packet 1 closes at once", differs="python-engineio leaves the websocket open")
def close_by_websocket(servers):
    session = EngineWebSocket(servers.plain)
    session.send("1")
    session.ended()


@case("websocket: a second websocket for the session is refused and the first lives")
def second_websocket(servers):
    session = EngineWebSocket(servers.plain)
    expect_no_websocket(servers.plain, session.sid)
    session.send("4alive")
    expect(session.receive(), "4alive", "echo")


def expect_no_websocket(server, sid):
    """A websocket for the session is refused, or closed as soon as it is open."""
    try:
        second = EngineWebSocket(server, sid=sid)
        second.send("2probe")
        second.ended()
    except Refused as refusal:
        expect(refusal.response.status, 400, "status")
    except Closed:
        pass


# Upgrade


def probed(server, session):
    upgrade = EngineWebSocket(server, sid=session.sid)
    upgrade.send("2probe")
    expect(upgrade.receive(), "3probe", "answer of the probe")
    return upgrade


@case("upgrade: probe, the waiting GET gets a noop, 5 switches, polling is over")
def upgrade(servers):
    session = EnginePolling(servers.plain)
    session.ask()
    session.getting.quiet(0.05)
    websocket = probed(servers.plain, session)
    expect(session.answer().text, "6", "GET that waited")
    websocket.send("5")
    websocket.send("4after")
    expect(websocket.receive(), "4after", "echo")
    websocket.send(b"\x01\x02")
    expect(websocket.receive(), b"\x01\x02", "echo")
    expect(request(servers.plain, "GET", session.target).status, 400, "status of a GET afterwards")
    expect(request(servers.plain, "POST", session.target, "4x").status, 400, "status of a POST afterwards")
    websocket.send("4still")
    expect(websocket.receive(), "4still", "echo")


@case("upgrade: GETs during the probe are let go by noops")
def noops(servers):
    session = EnginePolling(servers.plain)
    websocket = probed(servers.plain, session)
    for _ in range(3):
        began = time.monotonic()
        expect(session.get().text, "6", "GET during the probe")
        expect(time.monotonic() - began < 2, True, "noop within 2 s")
    websocket.send("5")
    websocket.send("4a")
    expect(websocket.receive(), "4a", "echo")


def switched(server, order):
    """Sends messages before, during and after the upgrade; all must come back once, in order, over both transports."""
    session = EnginePolling(server)
    received = []

    def send(sender, name):
        for number in range(10):
            sender.send(f"4{name}{number}")

    def poll():
        received.extend(packet for packet in session.get().text.split(SEPARATOR) if packet != "6")

    send(session, "before")
    if "get before" in order:
        poll()
    websocket = probed(server, session)
    if "get" in order:
        poll()
    send(session, "during")
    if "get during" in order:
        poll()
    websocket.send("5")
    send(websocket, "after")
    sent = [f"4{name}{number}" for name in ("before", "during", "after") for number in range(10)]
    while len(received) < len(sent):
        received.append(websocket.receive())
    expect(received, sent, "messages")
    websocket.send("4end")
    expect(websocket.receive(), "4end", "echo")


@each("upgrade: nothing is lost, doubled or reordered: {}", {
    "nothing was polled": [], "polled before": ["get before"], "polled after the probe": ["get"],
    "polled during the probe": ["get during"], "polled always": ["get before", "get", "get during"]})
def order_kept(servers, order):
    switched(servers.plain, order)


@case("upgrade: a hundred messages in the same moment as the switch come in order")
def pipelined(servers):
    session = EnginePolling(servers.plain)
    for tens in range(0, 100, 10):
        session.send(*[f"4p{number}" for number in range(tens, tens + 10)])
    websocket = probed(servers.plain, session)
    websocket.wire.send(frame(TEXT, b"5") + b"".join(frame(TEXT, b"4w%d" % number) for number in range(100)))
    sent = [f"4p{number}" for number in range(100)] + [f"4w{number}" for number in range(100)]
    expect([websocket.receive() for _ in sent], sent, "messages")


@each("upgrade: another first frame closes only the websocket: {}", {
    "a message": "4hello", "another probe": "2other", "a pong": "3probe", "5 without a probe": "5", "nothing": "",
    "binary": b"\x01"}, differs=lambda name: "python-engineio waits on" if name == "nothing" else None)
def bad_probe(servers, first):
    session = EnginePolling(servers.plain)
    websocket = EngineWebSocket(servers.plain, sid=session.sid)
    websocket.send(first)
    websocket.ended()
    session.send("4alive")
    expect(session.receive(), "4alive", "echo")


@case("upgrade: another frame than 5 after the probe closes only the websocket")
def bad_second(servers):
    session = EnginePolling(servers.plain)
    websocket = probed(servers.plain, session)
    websocket.send("4hello")
    websocket.ended()
    session.send("4alive")
    expect(session.receive(), "4alive", "echo")


@case("upgrade: a second websocket beside the probing one is refused", differs="python-engineio takes it")
def second_upgrade(servers):
    session = EnginePolling(servers.plain)
    websocket = probed(servers.plain, session)
    expect_no_websocket(servers.plain, session.sid)
    websocket.send("5")
    websocket.send("4first")
    expect(websocket.receive(), "4first", "echo")
    expect_no_websocket(servers.plain, session.sid)
    websocket.send("4alive")
    expect(websocket.receive(), "4alive", "echo")


@each("upgrade: a websocket lost {} leaves polling alive, and another may try", ["before the probe", "after the probe"],
      differs=lambda name: "python-engineio waits on" if name == "before the probe" else None)
def lost_probe(servers, when):
    session = EnginePolling(servers.plain)
    if when == "before the probe":
        websocket = EngineWebSocket(servers.plain, sid=session.sid)
    else:
        websocket = probed(servers.plain, session)
    websocket.wire.reset()
    session.send("4alive")
    expect(session.receive(), "4alive", "echo")
    websocket = retried_probe(servers.plain, session)
    websocket.send("5")
    websocket.send("4again")
    expect(websocket.receive(), "4again", "echo")


def retried_probe(server, session):
    """The server may need a moment to notice that the first websocket is gone."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return probed(server, session)
        except (Refused, Closed):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)


@case("upgrade: a websocket closed by its client during the probe leaves polling alive")
def closed_probe(servers):
    session = EnginePolling(servers.plain)
    websocket = probed(servers.plain, session)
    websocket.wire.send(frame(CLOSE, b"\x03\xe8"))
    websocket.ended()
    session.send("4alive")
    expect(session.receive(), "4alive", "echo")


@case("upgrade: a probe that is never finished is closed after its timeout, polling lives", differs="python-engineio waits")
def upgrade_timeout(servers):
    session = EnginePolling(servers.plain)
    silent = EnginePolling(servers.plain)
    probing = probed(servers.plain, session)
    unprobed = EngineWebSocket(servers.plain, sid=silent.sid)
    for websocket in (probing, unprobed):
        websocket.wire.wait(15)
        websocket.ended()
    for polling in (session, silent):
        # The connections were idle for so long that the server may have closed them; the session is not theirs.
        polling.getting, polling.posting = servers.plain.dial(), servers.plain.dial()
        polling.send("4alive")
        expect(polling.receive(), "4alive", "echo")


@case("upgrade: the packet 1 by polling during the probe closes everything", differs="python-engineio is lenient")
def close_during_probe(servers):
    session = EnginePolling(servers.plain)
    websocket = probed(servers.plain, session)
    session.post("1")
    websocket.ended()
    expect_gone(servers.plain, session.sid)


@case("upgrade: a client that pings on while it upgrades stays alive")
def heartbeat_during_upgrade(servers):
    session = EnginePolling(servers.quick)
    websocket = probed(servers.quick, session)
    websocket.send("5")
    for _ in range(3):
        expect(websocket.receive(), "2", "packet")
        websocket.send("3")
    websocket.send("4alive")
    expect(websocket.receive(), "4alive", "echo")


@case("thirty sessions on both transports at once get their own messages")
def many(servers):
    failures = []

    def play(number):
        try:
            session = (EngineWebSocket if number % 2 else EnginePolling)(servers.plain)
            for turn in range(10):
                session.send(f"4{number}.{turn}")
                expect(session.receive(), f"4{number}.{turn}", "echo")
            session.close()
        except (Failure, Closed, OSError) as problem:
            failures.append(f"session {number}: {problem}")

    threads = [threading.Thread(target=play, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    expect(failures, [], "failures")


@case("a websocket handshake split into single bytes is understood")
def split_handshake(servers):
    wire = servers.plain.dial()
    for byte in head("GET", target(ENGINE, "websocket"), {"Host": "127.0.0.1"} | upgrade_headers()):
        wire.send(bytes([byte]))
    expect(read_response(wire).status, 101, "status")


@case("requests follow each other on one connection, refused ones too")
def keep_alive(servers):
    wire = servers.plain.dial()
    for query, status in (("EIO=4&transport=polling", 200), ("EIO=3&transport=polling", 400), ("transport=abc", 400),
                          ("EIO=4&transport=polling", 200)):
        write_request(wire, "GET", f"{ENGINE}?{query}")
        expect(read_response(wire).status, status, f"status of {query}")
    wire.wait(QUIET)
