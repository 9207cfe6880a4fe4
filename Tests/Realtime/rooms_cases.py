"""Rooms, order, bursts and clients that do not read."""
import json
import threading
import time

from cases import case, each
from protocol import SOCKET, TRANSPORTS, Client, EnginePolling, EngineWebSocket
from wire import SEPARATOR, TEXT, Closed, expect, frame


# Rooms


def room_of(title):
    """Cases share a server, so each has rooms of its own."""
    return f"room-{title}-{time.monotonic_ns()}"


@each("rooms: members and nobody else get what is published, over {}", TRANSPORTS)
def rooms(servers, transport):
    room = room_of("a")
    member, second, stranger = (Client(servers.plain, transport) for _ in range(3))
    expect(member.call("join", room), ["ok"], "join")
    expect(second.call("join", room), ["ok"], "join")
    stranger.emit("pub", room, {"n": 1})
    expect(member.event(), ["msg", {"n": 1}], "member")
    expect(second.event(), ["msg", {"n": 1}], "second member")
    stranger.silent()


@case("rooms: joining twice and leaving twice are as once; rooms tells them sorted")
def rooms_twice(servers):
    room = room_of("twice")
    client = Client(servers.plain)
    for _ in range(2):
        expect(client.call("join", room), ["ok"], "join")
    client.call("join", room + "b")
    client.call("join", "A" + room)
    expect(client.call("rooms"), [["A" + room, room, room + "b"]], "rooms")
    client.emit("pub", room, 1)
    expect(client.event(), ["msg", 1], "event")
    client.silent()
    for _ in range(2):
        expect(client.call("leave", room), ["ok"], "leave")
    expect(client.call("leave", "never-joined"), ["ok"], "leave")
    client.emit("pub", room, 2)
    client.silent()
    expect(client.call("rooms"), [["A" + room, room + "b"]], "rooms")


@case("rooms: the sender is left out of pub-except and not out of pub")
def rooms_except(servers):
    room = room_of("except")
    sender, other = Client(servers.plain), Client(servers.plain)
    sender.call("join", room)
    other.call("join", room)
    sender.emit("pub-except", room, 1)
    sender.emit("pub", room, 2)
    expect(sender.event(), ["msg", 2], "sender")
    expect(other.event(), ["msg", 1], "other")
    expect(other.event(), ["msg", 2], "other")


@case("rooms: each client is in a room of its own id")
def own_room(servers):
    first, second = Client(servers.plain), Client(servers.plain)
    second.emit("pub", first.sid, "for you")
    expect(first.event(), ["msg", "for you"], "first")
    second.silent()


@case("rooms: the same name in two namespaces is two rooms")
def rooms_namespaces(servers):
    room = room_of("namespaces")
    client = Client(servers.plain)
    client.connect("/custom")
    client.event("/custom")
    client.call("join", room)
    client.emit("pub", room, 1, namespace="/custom")
    client.emit("message", "next", namespace="/custom")
    expect(client.event("/custom"), ["message-back", "next"], "event")
    client.silent()
    client.call("join", room, namespace="/custom")
    client.emit("pub", room, 2, namespace="/custom")
    expect(client.event("/custom"), ["msg", 2], "event")
    client.silent()


@case("rooms: publishing to a room without members is nothing")
def empty_room(servers):
    client = Client(servers.plain)
    client.emit("pub", room_of("empty"), 1)
    client.silent()


@each("rooms: a client that {} is in no room any more", ["disconnects", "leaves the namespace", "is lost"],
      differs=lambda name: "python-engineio leaves the websocket open" if name == "disconnects" else None)
def rooms_left(servers, how):
    room = room_of("left")
    gone, stays = Client(servers.plain), Client(servers.plain)
    gone.call("join", room)
    stays.call("join", room)
    if how == "disconnects":
        gone.engine.send("1")
        gone.ended()
    elif how == "leaves the namespace":
        gone.send("1")
        gone.connect()
        expect(gone.event()[0], "auth", "event")
        expect(gone.call("rooms"), [[]], "rooms")
    else:
        gone.engine.wire.reset()
    stays.emit("pub", room, "anyone?")
    expect(stays.event(), ["msg", "anyone?"], "event")
    if how == "leaves the namespace":
        gone.silent()


@case("rooms: what one sender publishes arrives in its order, over both transports")
def order(servers):
    room = room_of("order")
    members = [Client(servers.plain, transport) for transport in TRANSPORTS.values()]
    for member in members:
        member.call("join", room)
    sender = Client(servers.plain)
    for number in range(200):
        sender.emit("pub", room, number)
    for member in members:
        expect([member.event()[1] for _ in range(200)], list(range(200)), "order")


def publish_together(servers, room, publishers, values):
    """Publishes from several threads; each publisher sends its values in order."""

    def publish(publisher, name):
        for number in range(values):
            publisher.emit("pub", room, {"from": name, "n": number, "parts": [
                           bytes([name, number]) * 20, b"second", b"third"]})

    threads = [threading.Thread(target=publish, args=(publisher, name)) for name, publisher in enumerate(publishers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@case("rooms: several senders at once: one order for all members, and binary packets are never mixed",
      differs="python-socketio has no total order")
def total_order(servers):
    room = room_of("total")
    members = [Client(servers.plain, transport) for transport in list(TRANSPORTS.values()) * 3]
    for member in members:
        member.call("join", room)
    publish_together(servers, room, [Client(servers.plain) for _ in range(4)], 25)
    orders = []
    for member in members:
        seen = []
        for _ in range(100):
            name, message = member.event()
            expect(message["parts"], [bytes([message["from"], message["n"]]) * 20, b"second", b"third"], "attachments")
            seen.append((message["from"], message["n"]))
        for sender in range(4):
            expect([number for name, number in seen if name == sender], list(range(25)), f"order of sender {sender}")
        orders.append(seen)
    for other in orders[1:]:
        expect(other == orders[0], True, "same order for all members")


@each("burst: {} events come in order", [1, 300, 900])
def burst(servers, count):
    client = Client(servers.plain)
    client.emit("burst", count)
    for number in range(count):
        expect(client.event(), ["b", number], "event")


@case("burst: while the transport is switched, nothing is lost or reordered",
      differs="python-socketio's handlers overtake each other")
def burst_upgrade(servers):
    client = Client(servers.plain, EnginePolling)
    polling = client.engine
    client.emit("burst", 200)
    websocket = EngineWebSocket(servers.plain, SOCKET, sid=polling.sid)
    websocket.send("2probe")
    expect(websocket.receive(), "3probe", "answer of the probe")
    received = [packet for packet in polling.get().text.split(SEPARATOR) if packet != "6"]
    client.emit("burst", 200)
    websocket.wire.send(frame(TEXT, b"5") + frame(TEXT, b'42["burst",200]'))
    while len(received) < 600:
        received.append(websocket.receive())
    expect([json.loads(packet[2:])[1] for packet in received], list(range(200)) * 3, "events")


@case("slow consumer: who does not read is cut off, the others get everything", differs="python-socketio cuts nobody off")
def slow_consumer(servers):
    # The cases beside this one leave this server's memory alone.
    server = servers.guarded
    room = room_of("slow")
    slow = Client(server, receive_buffer_bytes=4_096)
    slow.call("join", room)
    reader = Client(server)
    reader.call("join", room)
    sender = Client(server)
    text = "x" * 10_000
    before = server.resident_kib()
    for number in range(1_500):
        sender.emit("pub", room, text)
        expect(reader.event() == ["msg", text], True, f"message {number} at the reader")
    grown = server.resident_kib() - before
    count = 0
    try:
        while count < 1_500:
            slow.packet()
            count += 1
    except Closed:
        pass
    expect(count < 1_500, True, "messages that the slow client could read: fewer than 1,500")
    expect(grown < 12_000, True, f"growth of the server below 12,000 KiB ({grown})")
    sender.emit("pub", room, "last")
    expect(reader.event(), ["msg", "last"], "event")


@case("slow consumer: who pauses and reads on, again and again, has everything once, whole and in order",
      differs="takes minutes with python-socketio")
def pausing(servers):
    room = room_of("pausing")
    pauser = Client(servers.plain, receive_buffer_bytes=4_096)
    pauser.call("join", room)
    reader, sender = Client(servers.plain), Client(servers.plain)
    reader.call("join", room)
    number = 0
    for sizes in ([30_000] * 20, [10], [150_000, 1, 1, 1, 150_000], [100] * 300, [1], [70_000, 70_000] * 3, [20, 65_500, 20]):
        # Many at once, so that frames are put together, while nobody reads; then single ones.
        for size in sizes:
            sender.emit("pub", room, number, "x" * size)
            number += 1
        for position, size in enumerate(sizes, number - len(sizes)):
            expect(reader.event() == ["msg", position, "x" * size], True, f"message {position} at the reader")
        for position, size in enumerate(sizes, number - len(sizes)):
            expect(pauser.event() == ["msg", position, "x" * size], True, f"message {position} at who paused")


@case("slow consumer: a polling client that never polls is cut off", differs="python-socketio cuts nobody off")
def slow_polling(servers):
    client = Client(servers.plain, EnginePolling)
    try:
        for _ in range(20):
            client.emit("burst", 500)
    except Closed:
        pass
    client.ended()


@case("a websocket message over the size closes it, and the client may come again")
def oversize(servers):
    client = Client(servers.plain)
    try:
        client.engine.wire.send(frame(TEXT, b"4" + b"x" * 1_000_000))
    except Closed:
        pass
    client.ended()
    Client(servers.plain).silent()
