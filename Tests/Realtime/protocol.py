"""Engine.IO sessions on both transports, and a Socket.IO client on top, strict with what a server sends."""
import base64
import json
import re

from wire import PATIENCE, POSTED, SEPARATOR, Closed, Failure, WebSocket, expect, read_response, shorten, write_request

ENGINE, SOCKET = "/engine.io/", "/socket.io/"


def target(path, transport, sid=None, eio="4"):
    query = f"EIO={eio}&transport={transport}" + (f"&sid={sid}" if sid else "")
    return f"{path}?{query}"


def handshake_of(packet, upgrades):
    expect(packet[:1], "0", "type of the first packet")
    fields = json.loads(packet[1:])
    expect(sorted(fields), ["maxPayload", "pingInterval", "pingTimeout", "sid", "upgrades"], "keys of the handshake")
    expect(fields["upgrades"], upgrades, "upgrades")
    return fields


class EngineWebSocket:
    """An Engine.IO session that is a WebSocket from the start, or one that is about to become so (`sid` given)."""

    def __init__(self, server, path=ENGINE, sid=None, headers=None, receive_buffer_bytes=None):
        self.socket = WebSocket(server, target(path, "websocket", sid), headers, receive_buffer_bytes)
        self.sid = sid
        if sid is None:
            self.handshake = handshake_of(self.socket.receive(), [])
            self.sid = self.handshake["sid"]
        self.send, self.ended = self.socket.send, self.socket.ended
        self.wire, self.close = self.socket.wire, self.socket.close

    def receive(self):
        """The next packet that is no noop: every client ignores those."""
        while (packet := self.socket.receive()) == "6":
            pass
        return packet


class EnginePolling:
    """An Engine.IO session on HTTP long polling; `receive` takes packets one by one."""

    def __init__(self, server, path=ENGINE):
        self.server, self.path = server, path
        self.getting, self.posting = server.dial(), server.dial()
        write_request(self.getting, "GET", target(path, "polling"))
        answer = read_response(self.getting)
        expect(answer.status, 200, "status of the handshake")
        self.response = answer
        self.handshake = handshake_of(answer.text, ["websocket"])
        self.sid = self.handshake["sid"]
        self.target = target(path, "polling", self.sid)
        self.packets = []
        self.asked = False

    def ask(self):
        """Sends the GET without reading its answer."""
        write_request(self.getting, "GET", self.target)
        self.asked = True

    def answer(self):
        self.asked = False
        return read_response(self.getting)

    def get(self):
        if not self.asked:
            self.ask()
        return self.answer()

    def post(self, body, headers=None):
        write_request(self.posting, "POST", self.target, body, headers)
        return read_response(self.posting)

    def send(self, *packets):
        texts = ["b" + base64.b64encode(packet).decode() if isinstance(packet, bytes) else packet for packet in packets]
        answer = self.post(SEPARATOR.join(texts))
        if answer.status == 400:
            raise Closed(answer.text)
        expect((answer.status, answer.text), (200, POSTED[0]), "answer of the POST")

    def receive(self):
        """The next packet that is no noop; binary ones as bytes. A session that ended raises `Closed`."""
        while True:
            while not self.packets:
                answer = self.get()
                if answer.status == 400:
                    raise Closed(answer.text)
                expect(answer.status, 200, "status of the GET")
                self.packets = answer.text.split(SEPARATOR)
            packet = self.packets.pop(0)
            if packet == "1":
                raise Closed("close packet")
            if packet != "6":
                return base64.b64decode(packet[1:], validate=True) if packet[:1] == "b" else packet

    def ended(self):
        """Waits for the end of the session. Never ending is a failure."""
        try:
            while True:
                self.receive()
        except Closed:
            return None
        except TimeoutError:
            raise Failure(f"expected the session to be closed, but it is open after {PATIENCE:.0f} s")

    def close(self):
        self.getting.close()
        self.posting.close()


PACKET = re.compile(r"([0-6])(?:(\d+)-)?(?:(/[^,]*),)?(\d+)?(.*)", re.DOTALL)
PLACEHOLDER = '{"_placeholder":true,"num":%s}'
CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = range(7)


class Packet:
    """A Socket.IO packet with its attachments in their places, as `bytes`."""

    def __init__(self, text, receive):
        found = PACKET.fullmatch(text)
        if not found:
            raise Failure(f"expected a Socket.IO packet, got {shorten(text)}")
        self.type = int(found.group(1))
        self.namespace = found.group(3) or "/"
        self.id = int(found.group(4)) if found.group(4) else None
        self.data = json.loads(found.group(5)) if found.group(5) else None
        binary = self.type in (BINARY_EVENT, BINARY_ACK)
        expect(found.group(2) is not None, binary, f"count of attachments in {shorten(text)}")
        if binary:
            attachments = []
            for _ in range(int(found.group(2))):
                part = receive()
                expect(type(part), bytes, f"attachment after {shorten(text)}")
                attachments.append(part)
            self.data = filled(self.data, attachments)

    def __repr__(self):
        return f"packet({self.type}, {self.namespace}, id {self.id}, {self.data})"


def filled(value, attachments):
    if isinstance(value, list):
        return [filled(item, attachments) for item in value]
    if isinstance(value, dict):
        if value.get("_placeholder") is True:
            return attachments[value["num"]]
        return {key: filled(item, attachments) for key, item in value.items()}
    return value


def emptied(value, attachments):
    if isinstance(value, bytes):
        attachments.append(value)
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(value, (list, tuple)):
        return [emptied(item, attachments) for item in value]
    if isinstance(value, dict):
        return {key: emptied(item, attachments) for key, item in value.items()}
    return value


class Client:
    """A Socket.IO client over one Engine.IO session; connects `namespace` unless told not to."""

    def __init__(self, server, transport=EngineWebSocket, namespace="/", auth=None, connect=True, **options):
        self.engine = transport(server, SOCKET, **options)
        self.inbox = []
        self.next_id = 0
        self.sid = self.pid = None
        if connect:
            packet = self.connect(namespace, auth)
            self.sid, self.pid = packet.data["sid"], packet.data.get("pid")
            expect(self.event(namespace)[:2], ["auth", auth or {}], "event on connection")

    def connect(self, namespace="/", auth=None):
        place = "" if namespace == "/" else namespace + ","
        self.send(f"0{place}" + ("" if auth is None else json.dumps(auth)))
        packet = self.packet()
        expect((packet.type, packet.namespace), (CONNECT, namespace), f"answer of CONNECT, {packet}: type, namespace")
        return packet

    def send(self, text, *attachments):
        """Sends a Socket.IO packet as it is written, then its attachments."""
        if isinstance(self.engine, EnginePolling):
            self.engine.send("4" + text, *attachments)
        else:
            self.engine.send("4" + text)
            for attachment in attachments:
                self.engine.send(attachment)

    def emit(self, *event, namespace="/", id=None):
        attachments = []
        data = json.dumps(emptied(event, attachments), ensure_ascii=False, separators=(",", ":"))
        kind = f"5{len(attachments)}-" if attachments else "2"
        place = "" if namespace == "/" else namespace + ","
        self.send(f"{kind}{place}{'' if id is None else id}{data}", *attachments)

    def call(self, *event, namespace="/"):
        """Emits and waits for the acknowledgement; what else comes stays for `packet`."""
        self.next_id += 1
        self.emit(*event, namespace=namespace, id=self.next_id)
        passed = []
        try:
            while True:
                packet = self.packet()
                if packet.type in (ACK, BINARY_ACK) and packet.namespace == namespace:
                    expect(packet.id, self.next_id, "id of the acknowledgement")
                    return packet.data
                passed.append(packet)
        finally:
            self.inbox = passed + self.inbox

    def packet(self):
        if self.inbox:
            return self.inbox.pop(0)
        message = self.engine.receive()
        while message == "2":
            self.engine.send("3")
            message = self.engine.receive()
        if isinstance(message, bytes) or message[:1] != "4":
            raise Failure(f"expected a Socket.IO packet, got {shorten(message)}")
        return Packet(message[1:], self.engine.receive)

    def event(self, namespace="/"):
        packet = self.packet()
        if packet.type not in (EVENT, BINARY_EVENT) or packet.namespace != namespace:
            raise Failure(f"expected an event of {namespace}, got {packet}")
        return packet.data

    def silent(self):
        """Checks that the server sends nothing, by an echo that must come before anything else."""
        self.emit("message", "nothing before this")
        expect(self.event(), ["message-back", "nothing before this"], "next event")

    def ended(self):
        return self.engine.ended()

    def close(self):
        self.engine.close()


TRANSPORTS = {"websocket": EngineWebSocket, "polling": EnginePolling}
