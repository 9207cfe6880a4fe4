"""Engine.IO over HTTP: handshakes, refusals, polling, heartbeats and the upgrade, packet by packet.

Sources: Engine.IO protocol revision 4 and its test suite; what it leaves open is decided as engine.io 6 does.
"""
import re
import time

from cases import case, each
from protocol import ENGINE, SOCKET, EnginePolling, EngineWebSocket, target
from wire import PATIENCE, POSTED, SEPARATOR, Closed, Failure, Refused, WebSocket, expect, head, read_response, request

ERRORS = {0: "Transport unknown", 1: "Session ID unknown", 2: "Bad handshake method", 3: "Bad request",
          4: "Forbidden", 5: "Unsupported protocol version"}
BODY = "python-engineio answers with a text, not with code and message"


def expect_error(answer, code, what, status=400):
    expect(answer.status, status, f"{what}: status, of {answer}")
    expect(answer.json(), {"code": code, "message": ERRORS[code]}, f"{what}: body")


def expect_gone(server, sid, path=ENGINE):
    """The session ends, at the latest within `PATIENCE`; then its id is unknown."""
    end = time.monotonic() + PATIENCE
    answer = None
    while time.monotonic() < end:
        answer = request(server, "POST", target(path, "polling", sid), "6")
        if answer.status == 400:
            return
        time.sleep(0.01)
    raise Failure(f"expected the session to be closed, POST got {answer}")


def refused(server, place, **options):
    try:
        WebSocket(server, place, **options)
    except Refused as refusal:
        return refusal.response
    raise Failure(f"expected {place} to be refused, got 101")


# Handshake


@case("polling: the handshake has exactly the five keys, offers websocket and is plain text in UTF-8")
def polling_handshake(servers):
    session = EnginePolling(servers.plain)
    expect(session.response.headers.get("content-type"), "text/plain; charset=UTF-8", "content type")
    fields = session.handshake
    expect((fields["pingInterval"], fields["pingTimeout"], fields["maxPayload"]),
           (25_000, 20_000, 1_000_000), "defaults")


@case("websocket: the handshake offers no upgrade")
def websocket_handshake(servers):
    EngineWebSocket(servers.plain).close()


@case("the options for intervals and sizes are told in the handshake", differs="python-engineio cuts to whole seconds")
def options_told(servers):
    fields = EnginePolling(servers.quick).handshake
    expect((fields["pingInterval"], fields["pingTimeout"], fields["maxPayload"]), (500, 1_000, 10_000), "options")


@case("session ids are different, safe in a URL and have at least 120 random bits",
      differs="the last characters of python-engineio's ids count")
def ids(servers):
    found = [EnginePolling(servers.plain).sid for _ in range(30)]
    expect(len(set(found)), len(found), "number of different ids")
    for sid in found:
        if not re.fullmatch(r"[A-Za-z0-9_-]{20,}", sid):
            raise Failure(f"expected at least 20 url-safe characters, got {sid!r}")
    for place in range(20):
        if len({sid[place] for sid in found}) == 1:
            raise Failure(f"character {place} is the same in {len(found)} ids: {found[:3]}")


QUERIES = {
    "no transport": ("GET", "EIO=4", 0),
    "an unknown transport": ("GET", "EIO=4&transport=abc", 0),
    "an empty transport": ("GET", "EIO=4&transport=", 0),
    "no protocol version": ("GET", "transport=polling", 5),
    "protocol version 3": ("GET", "EIO=3&transport=polling", 5),
    "protocol version 5": ("GET", "EIO=5&transport=polling", 5),
    "protocol version abc": ("GET", "EIO=abc&transport=polling", 5),
    "an unknown session": ("GET", "EIO=4&transport=polling&sid=abc", 1),
    "POST to an unknown session": ("POST", "EIO=4&transport=polling&sid=abc", 1),
    "a handshake by POST": ("POST", "EIO=4&transport=polling", 2),
    "a handshake by PUT": ("PUT", "EIO=4&transport=polling", 2),
    "a handshake by DELETE": ("DELETE", "EIO=4&transport=polling", 2),
    "websocket without an upgrade": ("GET", "EIO=4&transport=websocket", 3),
    "the transport before the session": ("POST", "EIO=3&transport=abc&sid=abc", 0),
    "the session before the method": ("POST", "EIO=3&transport=polling&sid=abc", 1),
    "the method before the version": ("POST", "EIO=3&transport=polling", 2),
}


@each("refused with its code: {}", QUERIES, differs=BODY)
def refusals(servers, value):
    method, query, code = value
    for path in (ENGINE, SOCKET):
        answer = request(servers.plain, method, f"{path}?{query}", None if method == "GET" else "4x")
        expect_error(answer, code, f"{method} {path}?{query}")


UPGRADES = {
    "no transport": ("EIO=4", 0),
    "an unknown transport": ("EIO=4&transport=abc", 0),
    "an unknown session": ("EIO=4&transport=websocket&sid=abc", 1),
    "no protocol version": ("transport=websocket", 5),
    "protocol version 3": ("EIO=3&transport=websocket", 5),
}


@each("an upgrade is refused with JSON, not 101: {}", UPGRADES, differs=BODY)
def refused_upgrades(servers, value):
    query, code = value
    for path in (ENGINE, SOCKET):
        expect_error(refused(servers.plain, f"{path}?{query}"), code, f"{path}?{query}")


@case("an upgrade with the polling transport is refused", differs="python-engineio hands out a session")
def upgrade_polling(servers):
    expect(refused(servers.plain, f"{ENGINE}?EIO=4&transport=polling").status, 400, "status")


@each("a broken websocket handshake is refused: {}", {
    "version 8": {"Sec-WebSocket-Version": "8"},
    "a key of 3 bytes": {"Sec-WebSocket-Key": "YWJj"},
    "a key that is no base64": {"Sec-WebSocket-Key": "????????????????????????"},
}, differs=lambda name: "aiohttp takes it" if name == "version 8" else None)
def broken_handshake(servers, headers):
    answer = refused(servers.plain, target(ENGINE, "websocket"), headers=headers)
    expect(answer.status in (400, 426), True, f"400 or 426 in {answer}")


@case("a polling session asked as websocket without an upgrade is a bad request", differs=BODY)
def other_transport(servers):
    session = EnginePolling(servers.plain)
    answer = request(servers.plain, "GET", target(ENGINE, "websocket", session.sid))
    expect_error(answer, 3, "GET")


@case("a websocket session asked by polling is a bad request", differs=BODY)
def websocket_by_polling(servers):
    session = EngineWebSocket(servers.plain)
    expect_error(request(servers.plain, "GET", target(ENGINE, "polling", session.sid)), 3, "GET")
    expect_error(request(servers.plain, "POST", target(ENGINE, "polling", session.sid), "4x"), 3, "POST")
    session.send("4still here")
    expect(session.receive(), "4still here", "echo")


@case("the session of one path is unknown at the other", differs=BODY)
def other_path(servers):
    session = EnginePolling(servers.plain)
    answer = request(servers.plain, "GET", target(SOCKET, "polling", session.sid))
    expect_error(answer, 1, "GET")


@case("PUT on a session is refused and leaves it open", differs="python-engineio says 405")
def put(servers):
    session = EnginePolling(servers.plain)
    expect(request(servers.plain, "PUT", session.target, "4x").status, 400, "status")
    session.send("4a")
    expect(session.receive(), "4a", "echo")


# Origins


@case("any origin may ask unless origins are given; a preflight is answered")
def any_origin(servers):
    origin = {"Origin": "https://learn.example"}
    answer = request(servers.plain, "GET", target(ENGINE, "polling"), headers=origin)
    expect(answer.headers.get("access-control-allow-origin")
           in ("*", origin["Origin"]), True, f"origin in {answer.headers}")
    preflight = request(servers.plain, "OPTIONS", target(ENGINE, "polling"), headers=origin | {
        "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"})
    expect(preflight.status in (200, 204), True, f"status of the preflight, {preflight}")
    expect("POST" in preflight.headers.get("access-control-allow-methods", ""), True, f"POST in {preflight.headers}")
    expect("content-type" in preflight.headers.get("access-control-allow-headers", "").lower(), True,
           f"content-type in {preflight.headers}")


@case("an allowed origin is named in the answer, for polling, POST, preflight and websocket")
def allowed_origin(servers):
    origin = {"Origin": "https://good.example"}
    answer = request(servers.guarded, "GET", target(ENGINE, "polling"), headers=origin)
    expect((answer.status, answer.headers.get("access-control-allow-origin")), (200, origin["Origin"]), "handshake")
    sid = answer.text.split('"sid":"')[1].split('"')[0]
    posted = request(servers.guarded, "POST", target(ENGINE, "polling", sid), "4x", headers=origin)
    expect((posted.text, posted.headers.get("access-control-allow-origin")), (POSTED[0], origin["Origin"]), "POST")
    preflight = request(servers.guarded, "OPTIONS", target(ENGINE, "polling"), headers=origin)
    expect(preflight.headers.get("access-control-allow-origin"), origin["Origin"], "preflight")
    WebSocket(servers.guarded, target(ENGINE, "websocket"), origin).close()


@each("another origin is forbidden, for polling and websocket: {}", [
    "https://evil.example", "http://good.example", "https://good.example.evil.example", "https://good.example:444", "null"],
    differs=BODY)
def other_origin(servers, origin):
    headers = {"Origin": origin}
    for path in (ENGINE, SOCKET):
        answer = request(servers.guarded, "GET", target(path, "polling"), headers=headers)
        expect_error(answer, 4, "polling", 403)
        expect_error(refused(servers.guarded, target(path, "websocket"), headers=headers), 4, "websocket", 403)
    preflight = request(servers.guarded, "OPTIONS", target(ENGINE, "polling"), headers=headers)
    expect("access-control-allow-origin" in preflight.headers, False, f"origin in the preflight {preflight.headers}")


# Polling


@case("polling: a message sent by POST comes back by GET, POST says ok")
def polling_echo(servers):
    session = EnginePolling(servers.plain)
    answer = session.post("4hello")
    expect((answer.status, answer.text), (200, POSTED[0]), "POST")
    expect(session.get().text, "4hello", "GET")


@case("polling: a payload of several packets, text and binary, comes back in order")
def polling_payload(servers):
    session = EnginePolling(servers.plain)
    sent = ["4first", b"\x01\x02\x03\x04", "4", "4fünf 🦉", b"", b"\xff\xfe", "4last"]
    session.send(*sent)
    expect([session.receive() for _ in sent], sent, "packets")


@case("polling: binary is b and base64")
def polling_binary(servers):
    session = EnginePolling(servers.plain)
    expect(session.post("bAQIDBA==").text, POSTED[0], "POST")
    expect(session.get().text, "bAQIDBA==", "GET")


@case("polling: a GET waits until there is something, and gets it at once")
def long_poll(servers):
    session = EnginePolling(servers.plain)
    session.ask()
    if not session.getting.quiet():
        raise Failure(f"expected the GET to wait, got {session.answer()}")
    session.send("4news")
    expect(session.answer().text, "4news", "GET")


@case("polling: a chunked body is one payload, even where a chunk ends inside a character",
      differs="python-engineio on aiohttp takes the part that has come for the whole body")
def chunked(servers):
    session = EnginePolling(servers.plain)
    wire = servers.plain.dial()
    wire.send(head("POST", session.target, {"Host": "x", "Content-Type": "text/plain", "Transfer-Encoding": "chunked"}))
    for part in (b"4gr\xc3", b"\xbc\xc3\x9fe \xf0\x9f", b"\xa6\x89", b"\x1e", b"4zwei"):
        wire.send(b"%x\r\n%s\r\n" % (len(part), part))
        time.sleep(0.01)
    wire.send(b"0\r\n\r\n")
    expect(read_response(wire).text, POSTED[0], "POST")
    expect([session.receive(), session.receive()], ["4grüße 🦉", "4zwei"], "packets")


@case("polling: a body that comes byte by byte is one payload",
      differs="python-engineio on aiohttp takes the part that has come for the whole body")
def byte_by_byte(servers):
    session = EnginePolling(servers.plain)
    wire = servers.plain.dial()
    body = "4grüße 🦉".encode()
    wire.send(head("POST", session.target, {"Host": "x", "Content-Type": "text/plain", "Content-Length": len(body)}))
    for byte in body:
        wire.send(bytes([byte]))
        time.sleep(0.002)
    expect(read_response(wire).text, POSTED[0], "POST")
    expect(session.receive(), "4grüße 🦉", "packet")


@case("polling: a payload of exactly the allowed size passes",
      differs="python-engineio on aiohttp takes the part that has come for the whole body")
def largest(servers):
    session = EnginePolling(servers.plain)
    body = "4" + "x" * 999_999
    session.send(body)
    expect(session.receive() == body, True, "same payload")


@case("polling: one byte more is refused with 413 from its header, before the body comes",
      differs="python-engineio answers 400")
def too_large(servers):
    session = EnginePolling(servers.plain)
    wire = servers.plain.dial()
    wire.send(head("POST", session.target, {"Host": "x", "Content-Type": "text/plain", "Content-Length": 1_000_001}))
    expect(read_response(wire).status, 413, "status")


@each("polling: a Content-Length of {} does not break the server", ["-1", "abc", "18446744073709551616", "1, 2", "+5"])
def odd_length(servers, length):
    session = EnginePolling(servers.plain)
    wire = servers.plain.dial()
    headers = {"Host": "x", "Content-Type": "text/plain", "Content-Length": length}
    wire.send(head("POST", session.target, headers) + b"4hell")
    try:
        expect(read_response(wire).status >= 400, True, "status of at least 400")
    except Closed:
        pass
    EnginePolling(servers.plain).close()


@case("polling: a chunked body over the size is refused with 413", differs="python-engineio answers otherwise")
def too_large_chunked(servers):
    session = EnginePolling(servers.plain)
    wire = servers.plain.dial()
    wire.send(head("POST", session.target, {"Host": "x", "Content-Type": "text/plain", "Transfer-Encoding": "chunked"}))
    try:
        for _ in range(11):
            wire.send(b"%x\r\n%s\r\n" % (100_000, b"4" * 100_000))
        wire.send(b"0\r\n\r\n")
    except Closed:
        pass
    expect(read_response(wire).status, 413, "status")


@case("polling: application/octet-stream is refused", differs="python-engineio does not look")
def octets(servers):
    session = EnginePolling(servers.plain)
    expect(session.post(b"\x04abc", {"Content-Type": "application/octet-stream"}).status, 400, "status")


@case("polling: a second GET is refused, the first is told to close, the session ends", differs="python-engineio queues it")
def two_gets(servers):
    session = EnginePolling(servers.plain)
    session.ask()
    session.getting.quiet()
    # On two connections, the one that was sent first need not be read first.
    answers = request(servers.plain, "GET", session.target), session.answer()
    former, later = sorted(answers, key=lambda answer: answer.status)
    expect(later.status, 400, "status of the second GET")
    expect((former.status, former.text), (200, "1"), "the first GET")
    expect_gone(servers.plain, session.sid)


def unfinished(server, method, target, length):
    """A connection on which the server has read the head of a request, as it says, and part of the body at most."""
    wire = server.dial()
    headers = {"Host": "x", "Content-Type": "text/plain", "Content-Length": length, "Expect": "100-continue"}
    wire.send(head(method, target, headers))
    expect(read_response(wire).status, 100, f"status of a {method} that expects it")
    return wire


@case("polling: a second POST beside an unfinished one is refused", differs="python-engineio takes both")
def two_posts(servers):
    session = EnginePolling(servers.plain)
    unfinished(servers.plain, "POST", session.target, 10).send(b"4hel")
    expect(session.post("4other").status, 400, "status of the second POST")


@case("polling: a GET that the client breaks off closes the session")
def broken_get(servers):
    session = EnginePolling(servers.plain)
    unfinished(servers.plain, "GET", session.target, 0).reset()
    expect_gone(servers.plain, session.sid)


@case("polling: a POST that the client breaks off closes the session",
      differs="python-engineio waits for the ping timeout")
def broken_post(servers):
    session = EnginePolling(servers.plain)
    wire = unfinished(servers.plain, "POST", session.target, 10)
    wire.send(b"4hel")
    wire.reset()
    expect_gone(servers.plain, session.sid)


@case("polling: the packet 1 closes at once; a waiting GET is let go", differs="python-engineio leaves it waiting")
def close_by_polling(servers):
    session = EnginePolling(servers.plain)
    session.ask()
    session.getting.quiet()
    expect(session.post("1").status, 200, "status of the POST")
    answer = session.answer()
    expect(answer.status == 400 or answer.text in ("6", "1"), True, f"noop or close in {answer}")
    expect_gone(servers.plain, session.sid)


@each("polling: a bad payload is refused and closes the session: {}", {
    "unknown letter": "abc",
    "nothing": "",
    "unknown digit": "7",
    "a ping of the client": "2",
    "an open packet": "0{}",
    "an empty packet between two": f"4a{SEPARATOR}{SEPARATOR}4b",
    "a separator alone": SEPARATOR,
    "letters that are no base64": "b!!!!",
    "base64 cut short": "bAQIDB",
    "base64 with padding inside": "bAQ==ID==",
    "a character cut short": b"4abc\xf0\x9f\xa6",
    "bytes that are no UTF-8": b"4\xff\xfe",
    "an overlong character": b"4\xc0\xaf",
    "a surrogate": b"4\xed\xa0\x80",
}, differs="python-engineio is lenient")
def bad_payload(servers, body):
    session = EnginePolling(servers.plain)
    expect(session.post(body).status, 400, "status of the POST")
    expect_gone(servers.plain, session.sid)


@case("polling: noops and pongs of the client are taken silently", differs="python-engineio refuses noops")
def harmless(servers):
    session = EnginePolling(servers.plain)
    session.send("6", "3", "4a")
    expect(session.receive(), "4a", "echo")
