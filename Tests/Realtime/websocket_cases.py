"""WebSocket frames as RFC 6455 wants them, and each way to write them wrong.

Close codes: 1002 protocol error, 1007 no UTF-8, 1009 too big.
"""
import struct
import time

from cases import case, each
from protocol import ENGINE, EngineWebSocket, target
from wire import BINARY, CLOSE, PING, PONG, TEXT, Closed, Failure, WebSocket, expect, frame

BELOW = "aiohttp does otherwise"


def expect_closed(session, codes, what):
    code = session.ended()
    if code not in codes:
        raise Failure(f"{what}: expected a close frame with {' or '.join(map(str, codes))}, got {code}")


UNCHECKED_CODES = ("close code 1006", "close code 5000", "close code 65535")


@each("frames: closed with 1002: {}", {
    "no mask": frame(TEXT, b"4hello", masked=False),
    "no mask on a ping": frame(PING, b"", masked=False),
    "RSV1": frame(TEXT, b"4hello", rsv=4),
    "RSV2": frame(TEXT, b"4hello", rsv=2),
    "RSV3": frame(TEXT, b"4hello", rsv=1),
    **{f"opcode {opcode}": frame(opcode, b"4hello") for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)},
    "a ping of 126 bytes": frame(PING, b"x" * 126),
    "a close of 126 bytes": frame(CLOSE, b"\x03\xe8" + b"x" * 124),
    "a fragmented ping": frame(PING, b"x", fin=False),
    "a fragmented close": frame(CLOSE, b"\x03\xe8", fin=False),
    "a continuation of nothing": frame(0, b"4hello"),
    "an unfinished continuation of nothing": frame(0, b"4hello", fin=False),
    "text inside a fragmented message": frame(TEXT, b"4hel", fin=False) + frame(TEXT, b"lo"),
    "binary inside a fragmented message": frame(TEXT, b"4hel", fin=False) + frame(BINARY, b"lo", fin=False),
    "a continuation after the end": frame(TEXT, b"4hel", fin=False) + frame(0, b"lo") + frame(0, b"!"),
    "a close of one byte": frame(CLOSE, b"\x03"),
    **{f"close code {code}": frame(CLOSE, struct.pack("!H", code)) for code in (0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65_535)},
}, differs=lambda name: BELOW if name.startswith("no mask") or name in UNCHECKED_CODES else None)
def protocol_errors(servers, data):
    session = EngineWebSocket(servers.plain)
    session.wire.send(data)
    expect_closed(session, [1002], "frames")


INVALID = {
    "a byte that never occurs": b"4\xff", "a continuation byte alone": b"4\x80", "overlong 2": b"4\xc0\xaf",
    "overlong 3": b"4\xe0\x80\xaf", "overlong 4": b"4\xf0\x80\x80\xaf", "a surrogate": b"4\xed\xa0\x80",
    "above U+10FFFF": b"4\xf4\x90\x80\x80", "cut short": b"4abc\xf0\x9f\xa6"}


@each("text: closed with 1007: {}", INVALID)
def invalid_text(servers, payload):
    session = EngineWebSocket(servers.plain)
    session.wire.send(frame(TEXT, payload))
    expect_closed(session, [1007], "whole")
    session = EngineWebSocket(servers.plain)
    session.wire.send(b"".join(frame(0 if place else TEXT, payload[place:place + 1], fin=place == len(payload) - 1)
                               for place in range(len(payload))))
    expect_closed(session, [1007], "in fragments of one byte")


@case("text: a close reason that is no UTF-8 is closed with 1007")
def invalid_reason(servers):
    session = EngineWebSocket(servers.plain)
    session.wire.send(frame(CLOSE, b"\x03\xe8\xff\xfe"))
    expect_closed(session, [1007, 1002], "frame")


@case("text: characters split between fragments are whole again")
def split_characters(servers):
    session = EngineWebSocket(servers.plain)
    payload = "4grüße 🦉".encode()
    session.wire.send(b"".join(frame(0 if place else TEXT, payload[place:place + 1], fin=place == len(payload) - 1)
                               for place in range(len(payload))))
    expect(session.receive(), "4grüße 🦉", "echo")


@case("binary: bytes that are no UTF-8 pass, in fragments too")
def binary_fragments(servers):
    session = EngineWebSocket(servers.plain)
    session.wire.send(frame(BINARY, b"\xff\xfe", fin=False) + frame(0, b"", fin=False) + frame(0, b"\x80"))
    expect(session.receive(), b"\xff\xfe\x80", "echo")


@each("sizes: closed with 1009 from the header alone, before any payload: {} bytes", [
    1_000_001, 2 ** 31 - 1, 2 ** 32, 2 ** 62, 2 ** 63 - 1, 2 ** 63, 2 ** 64 - 1])
def too_big(servers, length):
    for opcode in (TEXT, BINARY):
        session = EngineWebSocket(servers.plain)
        session.wire.send(frame(opcode, b"4", length=length))
        # The highest bit must be 0 by the RFC, so 1002 is right for it as well.
        expect_closed(session, [1009, 1002] if length >= 2 ** 63 else [1009], "frame")


@each("sizes: closed with 1009 however the head arrives, without waiting for its mask: {} bytes", [
    2 ** 32, 2 ** 62, 2 ** 63 - 1])
def too_big_in_pieces(servers, length):
    head = frame(TEXT, b"", length=length)
    for first in range(10):
        for last in (10, 11, 13, 14):
            session = EngineWebSocket(servers.plain)
            # Once the message before it is answered, the first piece is read.
            session.wire.send(frame(TEXT, b"4before") + head[:first])
            expect(session.receive(), "4before", "echo")
            session.wire.send(head[first:last])
            expect_closed(session, [1009], f"head cut behind {first} and {last} bytes")


@case("sizes: a message of exactly the allowed size passes, in one frame and in fragments", differs=BELOW)
def biggest(servers):
    session = EngineWebSocket(servers.plain)
    message = "4" + "x" * 999_999
    session.send(message)
    expect(session.receive() == message, True, "echo")
    data = message.encode()
    session.wire.send(frame(TEXT, data[:400_000], fin=False) + frame(0, data[400_000:800_000], fin=False)
                      + frame(0, data[800_000:]))
    expect(session.receive() == message, True, "echo of fragments")


@case("sizes: the option for the largest payload is kept, by frame and by fragments", differs=BELOW)
def small_limit(servers):
    session = EngineWebSocket(servers.quick)
    session.send("4" + "x" * 9_999)
    expect(len(session.receive()), 10_000, "length of the echo")
    session.wire.send(frame(TEXT, b"4" + b"x" * 10_000))
    expect_closed(session, [1009], "one frame")
    session = EngineWebSocket(servers.quick)
    session.wire.send(frame(TEXT, b"4" + b"x" * 5_000, fin=False) + frame(0, b"x" * 5_000))
    expect_closed(session, [1009], "fragments")


@case("fragments: their total is limited, however small they are")
def fragment_total(servers):
    session = EngineWebSocket(servers.plain)
    try:
        session.wire.send(frame(BINARY, b"x" * 10_000, fin=False) + frame(0, b"x" * 10_000, fin=False) * 100)
    except Closed:
        pass
    expect_closed(session, [1009], "fragments")


@case("fragments: 1,024 are joined, 1,025 are refused", differs=BELOW)
def fragment_count(servers):
    session = EngineWebSocket(servers.plain)
    middle = frame(0, b"x", fin=False)
    session.wire.send(frame(TEXT, b"4", fin=False) + middle * 1_022 + frame(0, b"x"))
    expect(session.receive(), "4" + "x" * 1_023, "echo")
    session.wire.send(frame(TEXT, b"4", fin=False) + middle * 1_024 + frame(0, b"x"))
    expect_closed(session, [1008, 1009], "1,026 fragments")


@case("fragments: empty ones count", differs=BELOW)
def empty_fragments(servers):
    session = EngineWebSocket(servers.plain)
    try:
        session.wire.send(frame(TEXT, b"4", fin=False) + frame(0, b"", fin=False) * 20_000)
    except Closed:
        pass
    expect_closed(session, [1008, 1009], "fragments")


@each("close: the handshake is answered with the same code: {}", [1000, 1001, 1008, 3000, 4999],
      differs=lambda name: None if name == "1000" else BELOW)
def close_handshake(servers, code):
    session = EngineWebSocket(servers.plain)
    session.wire.send(frame(CLOSE, struct.pack("!H", code) + "grüße".encode()))
    expect(session.ended(), code, "close code")


@case("close: a close without a code is answered and ends the connection")
def close_empty(servers):
    session = EngineWebSocket(servers.plain)
    session.wire.send(frame(CLOSE))
    expect(session.ended() in (1000, 1005), True, "close code 1000 or none")


@case("close: frames after a close are not looked at")
def after_close(servers):
    session = EngineWebSocket(servers.plain)
    session.wire.send(frame(CLOSE, b"\x03\xe8") + frame(TEXT, b"4late"))
    opcode, _, payload = session.socket.frame()
    expect((opcode, payload[:2]), (CLOSE, b"\x03\xe8"), "next frame")


@case("ping: answered with its payload, also inside a fragmented message; pongs are ignored")
def ping(servers):
    session = EngineWebSocket(servers.plain)
    session.wire.send(frame(PING, b"abc"))
    expect(session.socket.frame(), (PONG, True, b"abc"), "frame")
    session.wire.send(frame(PONG, b"unasked") + frame(TEXT, b"4hel", fin=False) + frame(PING, b"x" * 125))
    expect(session.socket.frame(), (PONG, True, b"x" * 125), "frame")
    session.wire.send(frame(0, b"lo"))
    expect(session.receive(), "4hello", "echo")


@case("compression is not agreed to", differs=BELOW)
def no_compression(servers):
    opened = WebSocket(servers.plain, target(ENGINE, "websocket"),
                       {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
    expect("sec-websocket-extensions" in opened.response.headers, False, f"extensions in {opened.response.headers}")


@case("frames that come byte by byte are understood, and many in one segment too")
def slices(servers):
    session = EngineWebSocket(servers.plain)
    for byte in frame(TEXT, b"4" + b"x" * 200):
        session.wire.send(bytes([byte]))
        time.sleep(0.0005)
    expect(session.receive(), "4" + "x" * 200, "echo")
    session.wire.send(b"".join(frame(TEXT, b"4%d" % number) for number in range(300)))
    expect([session.receive() for _ in range(300)], [f"4{number}" for number in range(300)], "echoes")
