"""Connection state recovery: who lost the connection gets id, rooms and missed packets back, once and in order.

Source: Socket.IO 4.6, "Connection state recovery": `pid` in CONNECT, the offset as last argument of an event.
"""
import json
import re

from cases import case
from protocol import CONNECT, Client
from rooms_cases import room_of
from wire import expect

# Connection state recovery


def recovery(title):
    return case("recovery: " + title, differs="python-socketio has none")


def member_of(servers, room):
    client = Client(servers.recovering, connect=False)
    packet = client.connect()
    client.sid, client.pid, client.offset = packet.data["sid"], packet.data["pid"], None
    expect(client.event()[0], "auth", "first event")
    expect(client.call("join", room), ["ok"], "join")
    return client


def message(client):
    """The next `msg`, whose last argument is the offset to come back with."""
    while True:
        event = client.event()
        if event[0] != "auth":
            break
    expect((event[0], len(event), type(event[-1])), ("msg", 3, str), f"name, length and type of the offset of {event}")
    client.offset = event[-1]
    return event[1]


def resume(servers, client, **changes):
    """A new connection that shows pid and offset; the answer of CONNECT goes first."""
    again = Client(servers.recovering, connect=False)
    fields = {"pid": client.pid} | ({"offset": client.offset} if client.offset else {}) | changes
    packet = again.connect("/", fields)
    again.sid, again.pid, again.offset = packet.data["sid"], packet.data.get("pid"), client.offset
    return again


@recovery("a pid is given, long and unlike the id")
def pid(servers):
    client = member_of(servers, room_of("pid"))
    expect(bool(re.fullmatch(r"[A-Za-z0-9_-]{20,}", client.pid)),
           True, f"at least 20 url-safe characters in {client.pid}")
    expect(client.pid == client.sid, False, "pid is the id")


@recovery("id, rooms and missed packets come back, once and in order, after each of four losses")
def recovered(servers):
    room = room_of("recovered")
    client, sender = member_of(servers, room), Client(servers.recovering, connect=False)
    sender.connect()
    sender.event()
    number = 0
    for loss in range(4):
        sender.emit("pub", room, number)
        expect(message(client), number, f"message before loss {loss}")
        number += 1
        client.engine.wire.reset()
        missed = list(range(number, number + 5))
        for value in missed:
            sender.emit("pub", room, value)
        # The server answers this one when it has seen the others.
        sender.call("message-with-ack")
        number += 5
        again = resume(servers, client)
        expect((again.sid, again.pid), (client.sid, client.pid), "id and pid")
        expect([message(again) for _ in missed], missed, "missed messages")
        expect(again.call("rooms"), [[room]], "rooms")
        client = again
    sender.emit("pub", client.sid, "own room")
    expect(message(client), "own room", "message to the own room")


@recovery("a client that had no event with an offset comes back as well")
def no_offset(servers):
    room = room_of("no-offset")
    client, sender = member_of(servers, room), member_of(servers, room_of("sender"))
    client.offset = None
    client.engine.wire.reset()
    sender.emit("pub", room, 1)
    sender.call("rooms")
    again = resume(servers, client)
    expect(again.sid, client.sid, "id")
    expect(message(again), 1, "missed message")


@recovery("binary packets come back with their attachments")
def recovered_binary(servers):
    room = room_of("binary")
    client, sender = member_of(servers, room), member_of(servers, room_of("sender"))
    sender.emit("pub", room, "first")
    message(client)
    client.engine.wire.reset()
    value = {"a": b"\x01\x02", "b": [b"", b"\xff"]}
    sender.emit("pub", room, value)
    sender.call("rooms")
    expect(message(resume(servers, client)), value, "missed message")


@recovery("what was left out for the sender stays left out")
def recovered_except(servers):
    room = room_of("recovered-except")
    client, sender = member_of(servers, room), member_of(servers, room)
    sender.emit("pub", room, 0)
    expect((message(client), message(sender)), (0, 0), "first message")
    sender.emit("pub-except", room, "not for me")
    sender.emit("pub", room, 1)
    # A reset may overtake what was sent before it, so the server must have both first.
    expect((message(client), message(client)), ("not for me", 1), "other")
    sender.engine.wire.reset()
    expect(message(resume(servers, sender)), 1, "missed message")


@recovery("a client that comes back while its old connection is open takes it over")
def taken_over(servers):
    room = room_of("taken")
    client, sender = member_of(servers, room), member_of(servers, room_of("sender"))
    for number in range(3):
        sender.emit("pub", room, number)
    expect(message(client), 0, "message")
    again = resume(servers, client)
    expect(again.sid, client.sid, "id")
    expect([message(again), message(again)], [1, 2], "messages after the offset")
    client.ended()
    sender.emit("pub", room, 3)
    expect(message(again), 3, "message")
    again.silent_recovered = again.call("rooms")
    expect(again.silent_recovered, [[room]], "rooms")


@recovery("a client in two namespaces that comes back while its old connection is open takes over both")
def taken_over_twice(servers):
    client = member_of(servers, room_of("two"))
    custom = client.connect("/custom", {}).data
    expect(client.event("/custom")[0], "auth", "event")
    again = resume(servers, client)
    expect(again.sid, client.sid, "id")
    client.ended()
    again.send("0/custom," + json.dumps({"pid": custom["pid"]}))
    while (packet := again.packet()).type != CONNECT:
        pass
    expect((packet.namespace, packet.data["sid"]), ("/custom", custom["sid"]), "namespace and id")


def expect_other(servers, client, **changes):
    again = resume(servers, client, **changes)
    expect(again.sid == client.sid, False, "same id")
    expect(again.call("rooms"), [[]], "rooms of a new client")


@recovery("who says goodbye is not brought back")
def goodbye(servers):
    room = room_of("goodbye")
    client = member_of(servers, room)
    client.emit("pub", room, 1)
    message(client)
    client.send("1")
    # One connection is read in order and two are not: the server has read the goodbye when it answers this.
    client.connect()
    expect(client.event()[0], "auth", "event")
    expect_other(servers, client)


@recovery("who is thrown out is not brought back")
def thrown_out(servers):
    room = room_of("thrown")
    client = member_of(servers, room)
    client.emit("pub", room, 1)
    message(client)
    client.emit("kick", True)
    client.ended()
    expect_other(servers, client)


@recovery("a wrong pid, a wrong offset and odd types give a new client")
def wrong_pid(servers):
    room = room_of("wrong")
    for changes in ({"pid": "AAAAAAAAAAAAAAAAAAAAAAAA"}, {"pid": 1}, {"pid": None}, {"pid": ""}, {"pid": ["a"]},
                    {"offset": "nothing-like-it"}, {"offset": {"a": 1}}, {"pid": "x" * 100_000}):
        client = member_of(servers, room)
        client.emit("pub", room, 1)
        message(client)
        client.engine.wire.reset()
        expect_other(servers, client, **changes)


@recovery("the pid of one client does not open another's, nor another namespace")
def other_namespace(servers):
    room = room_of("namespace")
    client = member_of(servers, room)
    client.emit("pub", room, 1)
    message(client)
    client.engine.wire.reset()
    again = Client(servers.recovering, connect=False)
    packet = again.connect("/custom", {"pid": client.pid, "offset": client.offset})
    expect(packet.data["sid"] == client.sid, False, "same id")
    second = resume(servers, client)
    expect(second.sid, client.sid, "id")


@recovery("a packet that asks for an acknowledgement has no offset")
def ack_without_offset(servers):
    client = member_of(servers, room_of("ack"))
    client.emit("ask-me", 7, id=5)
    packet = client.packet()
    expect(packet.data, ["question", 7], "event")
