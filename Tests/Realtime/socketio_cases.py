"""Socket.IO on both transports: packets, namespaces, acknowledgements, rooms, recovery, and each malformed packet.

Sources: Socket.IO protocol revision 5 and its test suite; what it leaves open is decided as socket.io 4.8 does, except
that a client who sends what is malformed is closed in each case.
"""
import re
import threading
import time

from cases import case, each
from protocol import ACK, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, PLACEHOLDER, SOCKET, TRANSPORTS, Client, target
from wire import QUIET, Closed, Failure, WebSocket, expect

LENIENT = "python-socketio is lenient"
PARTS = "python-engineio on aiohttp takes the part that has come for the whole body"


def describe(packet):
    return packet.type, packet.namespace, packet.data


# Namespaces and connecting


@each("connect: the acknowledgement comes before any event, over {}", TRANSPORTS)
def connect(servers, transport):
    client = Client(servers.plain, transport, connect=False)
    client.send("0")
    packet = client.packet()
    expect((packet.type, packet.namespace, sorted(packet.data)), (CONNECT, "/", ["sid"]), "first packet")
    expect(client.event(), ["auth", {}], "second packet")


@each("connect: the handler sees what the client gave as authentication, over {}", TRANSPORTS)
def connect_auth(servers, transport):
    Client(servers.plain, transport, auth={"token": "123", "nested": [{"ü": None}]})


@each("connect: the namespace is written with and without its comma: {}", ["0/custom", "0/custom,"])
def connect_comma(servers, packet):
    client = Client(servers.plain, connect=False)
    client.send(packet)
    expect(client.packet().namespace, "/custom", "namespace")
    expect(client.event("/custom"), ["auth", {}], "event")


@case("connect: another namespace with authentication")
def connect_custom(servers):
    Client(servers.plain, namespace="/custom", auth={"token": "abc"})


@case("connect: ids are safe in a URL, long, and different for each namespace and from the session's")
def connect_ids(servers):
    client = Client(servers.plain)
    second = client.connect("/custom").data["sid"]
    expect(len({client.sid, second, client.engine.sid}), 3, "different ids")
    for sid in (client.sid, second):
        expect(bool(re.fullmatch(r"[A-Za-z0-9_-]{20,}", sid)), True, f"at least 20 url-safe characters in {sid}")


@case("connect: an unknown namespace is refused and the connection stays open",
      differs="python-socketio has another message")
def unknown_namespace(servers):
    client = Client(servers.plain, connect=False)
    for place in ("/random", "/custom/deeper", "/customs", "/CUSTOM"):
        client.send(f"0{place}")
        expect(describe(client.packet()), (CONNECT_ERROR, place, {"message": "Invalid namespace"}), "packet")
    client.connect()


@each("connect: the authorizer refuses with message and data, the connection stays open, over {}", TRANSPORTS)
def refusal(servers, transport):
    client = Client(servers.plain, transport, connect=False)
    refused = (CONNECT_ERROR, "/auth", {"message": "not authorized", "data": {"code": "E_AUTH"}})
    for auth in ("", "{}", '{"token":"bad"}', '{"token":["good"]}'):
        client.send(f"0/auth,{auth}")
        expect(describe(client.packet()), refused, f"answer to {auth}")
    client.connect("/auth", {"token": "good"})
    expect(client.event("/auth"), ["auth", {"token": "good"}], "event")
    client.emit("message", 1, namespace="/auth")
    expect(client.event("/auth"), ["message-back", 1], "event")


@case("connect: without recovery no pid is given")
def no_pid(servers):
    expect(Client(servers.plain).pid, None, "pid")


@case("connect: events of a refused namespace close the connection", differs=LENIENT)
def event_after_refusal(servers):
    client = Client(servers.plain, connect=False)
    client.send('0/auth,{"token":"bad"}')
    expect(client.packet().type, CONNECT_ERROR, "type")
    client.emit("message", 1, namespace="/auth")
    client.ended()


@each("connect: a client that {} within its time is closed", {
    "says nothing": lambda client: None,
    "is refused": lambda client: client.send("0/random"),
}, differs="python-socketio has no timeout")
def connect_timeout(servers, act):
    began = time.monotonic()
    client = Client(servers.quick, connect=False)
    act(client)
    ended_with_pongs(client, began)


def ended_with_pongs(client, began):
    while True:
        try:
            message = client.engine.receive()
        except Closed:
            break
        if message == "2":
            try:
                client.engine.send("3")
            except Closed:
                break
        if time.monotonic() - began > 8:
            raise Failure("expected the connection to be closed after 0.5 s, it is open after 8 s")
    if time.monotonic() - began < 0.45:
        raise Failure(f"expected 0.5 s of time, closed after {time.monotonic() - began:.3f} s")


@case("connect: a client that connected in time stays")
def connected_in_time(servers):
    client = Client(servers.quick)
    began = time.monotonic()
    while time.monotonic() - began < 1.2:
        if client.engine.receive() == "2":
            client.engine.send("3")
    client.emit("message", "here")
    expect(client.event(), ["message-back", "here"], "event")


# Messages

VALUES = {
    "nothing": [], "a number": [1], "several": [1, "2", {"3": [True, False, None]}], "an empty string": [""],
    "text": ["grüße 🦉 \u2028 \u0000 \\ \" /"], "depth": [[[[[[[[[[1]]]]]]]]]], "numbers": [0, -1, 1.5, 1e20, -1e-7, 2 ** 53],
    "large": ["x" * 300_000], "an object like a placeholder": [{"_placeholder": False, "num": 0}],
    "binary": [b"\x01\x02\x03"], "binary and text": ["a", b"\xff\xfe", {"b": [b"", "c", b"\x00" * 1_000]}],
    "ten attachments": [bytes([number]) * 10 for number in range(10)], "large binary": [b"\xab" * 300_000],
}


@each("event: {}, over websocket and polling", VALUES, differs=lambda name: PARTS if name.startswith("large") else None)
def events(servers, arguments):
    for transport in TRANSPORTS.values():
        client = Client(servers.plain, transport)
        client.emit("message", *arguments)
        expect(client.event() == ["message-back", *arguments], True, "same arguments back")


@each("acknowledgement: {}, over websocket and polling", VALUES,
      differs=lambda name: PARTS if name.startswith("large") else None)
def acknowledged(servers, arguments):
    for transport in TRANSPORTS.values():
        client = Client(servers.plain, transport)
        expect(client.call("message-with-ack", *arguments) == arguments, True, "same arguments back")


@case("event: what an event holds is told back in the same notation", differs="Python writes JSON anew")
def same_bytes(servers):
    client = Client(servers.plain)
    for text in ('[1.0,1e2,"\\u0041\\/"]', "[12345678901234567890123456789]", "[1E400,-0]"):
        client.send('2["message",' + text[1:])
        expect(client.engine.receive(), '42["message-back",' + text[1:], "packet")


@case("event: white space in JSON is allowed")
def white_space(servers):
    client = Client(servers.plain)
    client.send('2[ "message" , { "a" : [ 1 , 2 ] }\n]')
    expect(client.event(), ["message-back", {"a": [1, 2]}], "event")


@case("event: one with no handler is taken silently")
def unknown_event(servers):
    client = Client(servers.plain)
    client.emit("nobody-listens", 1)
    client.silent()


@case("event: a number as a name is taken silently")
def number_name(servers):
    client = Client(servers.plain)
    client.emit(42, 1)
    client.silent()


@case("event: in another namespace, with an acknowledgement and binary")
def custom_namespace(servers):
    client = Client(servers.plain, namespace="/custom")
    client.emit("message", "a", b"\x01", namespace="/custom")
    expect(client.event("/custom"), ["message-back", "a", b"\x01"], "event")
    expect(client.call("message-with-ack", b"\x02", namespace="/custom"), [b"\x02"], "acknowledgement")


@case("event: two namespaces on one connection do not mix")
def two_namespaces(servers):
    client = Client(servers.plain)
    client.connect("/custom")
    client.event("/custom")
    client.emit("message", "main")
    client.emit("message", "custom", namespace="/custom")
    expect(describe(client.packet()), (EVENT, "/", ["message-back", "main"]), "packet")
    expect(describe(client.packet()), (EVENT, "/custom", ["message-back", "custom"]), "packet")


@each("acknowledgement: the id {} comes back unchanged", [0, 1, 4_294_967_296, 2 ** 53 - 1])
def ack_ids(servers, number):
    client = Client(servers.plain)
    client.emit("message-with-ack", "a", id=number)
    packet = client.packet()
    expect((packet.type, packet.id, packet.data), (ACK, number, ["a"]), "packet")


@each("acknowledgement: the id {} does not break the server", {
    "2^53": str(2 ** 53), "2^63": str(2 ** 63), "2^64": str(2 ** 64), "400 digits": "9" * 400, "-1": "-1",
    "1.5": "1.5", "1e3": "1e3", "+1": "+1"}, differs=lambda name: None if name.startswith("2^") else LENIENT)
def odd_ack_ids(servers, number):
    client = Client(servers.plain)
    client.send(f'2{number}["message-with-ack","a"]')
    try:
        packet = client.packet()
        expect((packet.type, packet.id, packet.data), (ACK, int(number), ["a"]), "packet")
    except Closed:
        pass
    Client(servers.plain).silent()


@each("acknowledgement: one of the client with {} does not break the server", {
    "2^53": str(2 ** 53), "2^64": str(2 ** 64), "400 digits": "9" * 400, "no id": ""})
def odd_answers(servers, number):
    client = Client(servers.plain)
    try:
        client.send(f'3{number}["unknown"]')
        client.silent()
    except Closed:
        pass
    Client(servers.plain).silent()


@case("binary: zero attachments are complete at once", differs="python-socketio waits for one")
def no_attachments(servers):
    client = Client(servers.plain)
    client.send('50-["message","a"]')
    expect(client.event(), ["message-back", "a"], "event")


@case("binary: attachments belong where their number says, twice if it says so")
def placeholder_order(servers):
    client = Client(servers.plain)
    first, second = ('{"_placeholder":true,"num":%d}' % number for number in (1, 0))
    client.send(f'52-["message",{first},[{second}]]', b"zero", b"one")
    expect(client.event(), ["message-back", b"one", [b"zero"]], "event")


@case("binary: packets with attachments one after the other stay whole, over polling too")
def binary_series(servers):
    for transport in TRANSPORTS.values():
        client = Client(servers.plain, transport)
        for number in range(20):
            client.emit("message", number, bytes([number]), bytes([number, number]))
        for number in range(20):
            expect(client.event(), ["message-back", number, bytes([number]), bytes([number, number])], "event")


# Disconnecting


@case("disconnect: the client leaves one namespace and stays in the other")
def leave_namespace(servers):
    client = Client(servers.plain)
    client.connect("/custom")
    client.event("/custom")
    client.send("1/custom,")
    client.emit("message", 1)
    expect(client.event(), ["message-back", 1], "event")


@case("disconnect: events after it close the connection", differs=LENIENT)
def event_after_disconnect(servers):
    client = Client(servers.plain)
    client.send("1")
    client.emit("message", 1)
    client.ended()


@case("disconnect: the client may connect again and is someone else")
def connect_again(servers):
    client = Client(servers.plain)
    client.connect("/custom")
    client.event("/custom")
    client.send("1")
    again = client.connect()
    expect(again.data["sid"] == client.sid, False, "same id")
    expect(client.event(), ["auth", {}], "event")


@each("disconnect: kick({}) by the server", ["false", "true"], differs=lambda name: LENIENT if name == "true" else None)
def kick(servers, close):
    client = Client(servers.plain)
    client.connect("/custom")
    client.event("/custom")
    client.emit("kick", close == "true")
    if close == "true":
        client.ended()
        return
    expect(describe(client.packet()), (DISCONNECT, "/", None), "packet")
    client.emit("message", 1, namespace="/custom")
    expect(client.event("/custom"), ["message-back", 1], "event")


@case("disconnect: a dropped transport ends without a packet", differs=LENIENT)
def drop_transport(servers):
    client = Client(servers.plain)
    client.emit("drop-transport")
    try:
        raise Failure(f"expected the connection to end, got {client.engine.receive()}")
    except Closed:
        pass


# Acknowledgements that the server asks for


@each("asked: the answer of the client arrives, over {}", TRANSPORTS)
def asked(servers, transport):
    client = Client(servers.plain, transport)
    client.emit("ask-me", 7, id=5)
    question = client.packet()
    expect((question.type, question.data), (EVENT, ["question", 7]), "packet")
    expect(question.id is None, False, "no id")
    client.send(f'3{question.id}["answer"]')
    packet = client.packet()
    expect((packet.type, packet.id, packet.data), (ACK, 5, ["answer"]), "packet")


@case("asked: a binary answer arrives")
def asked_binary(servers):
    client = Client(servers.plain)
    client.emit("ask-me", 7, id=5)
    question = client.packet()
    client.send(f"61-{question.id}[{PLACEHOLDER % 0}]", b"\x09")
    packet = client.packet()
    expect((packet.id, packet.data), (5, [b"\x09"]), "packet")


@case("asked: no answer is a timeout; a late, a doubled and an unknown answer are ignored")
def asked_timeout(servers):
    client = Client(servers.plain)
    began = time.monotonic()
    client.emit("ask-me", 7, id=5)
    question = client.packet()
    packet = client.packet()
    expect((packet.id, packet.data), (5, ["timeout"]), "packet")
    expect(time.monotonic() - began > 1.9, True, "two seconds of time")
    client.send(f'3{question.id}["late"]')
    client.send('3123456["unknown"]')
    client.silent()
    client.emit("ask-me", 8, id=6)
    question = client.packet()
    client.send(f'3{question.id}["once"]')
    client.send(f'3{question.id}["twice"]')
    packet = client.packet()
    expect((packet.id, packet.data), (6, ["once"]), "packet")
    client.silent()


@case("asked: at most 1,000 questions wait for one client", differs=LENIENT)
def asked_too_often(servers):
    client = Client(servers.plain)
    sender = threading.Thread(target=send_questions, args=(client, 1_500))
    sender.start()
    # Before the first question is given up, after 2 s, no place is free again.
    end, questions = time.monotonic() + 1.8, 0
    client.engine.wire.wait(0.1)
    while time.monotonic() < end:
        try:
            questions += client.packet().type == EVENT
        except TimeoutError:
            pass
        except Closed:
            break
    client.close()
    sender.join()
    expect(questions <= 1_000, True, f"at most 1,000 questions, {questions}")
    Client(servers.plain).silent()


def send_questions(client, count):
    try:
        for number in range(count):
            client.emit("ask-me", number, id=number)
    except (Closed, OSError):
        pass


@case("asked: questions to several clients do not mix")
def asked_many(servers):
    clients = [Client(servers.plain) for _ in range(5)]
    questions = []
    for number, client in enumerate(clients):
        client.emit("ask-me", number, id=number)
        questions.append(client.packet())
    for number in reversed(range(5)):
        clients[number].send(f"3{questions[number].id}[{number * 11}]")
        packet = clients[number].packet()
        expect((packet.id, packet.data), (number, [number * 11]), "packet")


@case("a websocket that sends frames and no Socket.IO stays a stranger")
def stranger(servers):
    websocket = WebSocket(servers.plain, target(SOCKET, "websocket"))
    websocket.receive()
    if not websocket.wire.quiet(QUIET):
        raise Failure("expected nothing before CONNECT")
