"""Raw HTTP/1.1, WebSocket, Engine.IO and Socket.IO on plain sockets: what a client may send, and what it must not.

Nothing here corrects a server: each answer is checked as it is read, and a `Failure` says what was expected and what came.
"""
import base64
import hashlib
import json
import os
import re
import shlex
import socket
import struct
import subprocess

# How long to wait for something that must come. Long, because the machine
# may be busy; a passing run never waits so long.
PATIENCE = 30.0
# How long to wait before believing that nothing comes.
QUIET = 0.3

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
SEPARATOR = "\x1e"
# What a POST is answered with; python-engineio writes it in capitals.
POSTED = ["ok"]


class Failure(Exception):
    """The server did something else than the protocol says."""


class Closed(Exception):
    """The other side ended the connection."""


def expect(actual, expected, what):
    if actual != expected:
        raise Failure(f"{what}: expected {shorten(expected)}, got {shorten(actual)}")


def shorten(value):
    text = repr(value)
    return text if len(text) < 400 else f"{text[:200]} … {text[-80:]} ({len(text):,} characters)"


class Server:
    """A server started as a process of its own on a free port; it tells its address on its first line."""

    def __init__(self, command, *options, log=os.devnull):
        self.log = log
        with open(log, "ab") as errors:
            self.process = subprocess.Popen([*shlex.split(command), "--port", "0", *options], stdout=subprocess.PIPE,
                                            stderr=errors, text=True)
        line = self.process.stdout.readline()
        found = re.search(r"listening on http://([^:/\s]+):(\d+)", line)
        if not found:
            self.process.kill()
            raise SystemExit(f"{command}: expected 'listening on http://HOST:PORT', got {line!r}")
        self.host, self.port = found.group(1), int(found.group(2))

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def dial(self, receive_buffer_bytes=None):
        plain = socket.socket()
        if receive_buffer_bytes:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        plain.settimeout(PATIENCE)
        plain.connect((self.host, self.port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Wire(plain)

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self, seconds=30):
        """Ends the server by its own signal; returns its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise Failure(f"the server did not end within {seconds} s of SIGTERM")
            finally:
                self.process.stdout.close()
        return self.process.returncode


class Wire:
    """A TCP connection with a buffer."""

    def __init__(self, plain):
        self.socket = plain
        self.buffer = bytearray()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Closed("reset while sending")

    def fill(self):
        try:
            data = self.socket.recv(262_144)
        except ConnectionResetError:
            raise Closed("reset")
        if not data:
            raise Closed("end of stream")
        self.buffer += data

    def await_bytes(self, count):
        while len(self.buffer) < count:
            self.fill()

    def read(self, count):
        self.await_bytes(count)
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    def line(self):
        while (end := self.buffer.find(b"\r\n")) < 0:
            self.fill()
        return self.read(end + 2)[:-2].decode("latin-1")

    def wait(self, seconds):
        self.socket.settimeout(seconds)

    def quiet(self, seconds=QUIET):
        """Whether nothing arrives for so long."""
        if self.buffer:
            return False
        self.wait(seconds)
        try:
            self.fill()
            return False
        except TimeoutError:
            return True
        finally:
            self.wait(PATIENCE)

    def close(self):
        self.socket.close()

    def reset(self):
        """Ends the connection as a lost client does: RST, no FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class Response:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body!r}"


def head(method, target, headers):
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def write_request(wire, method, target, body=None, headers=None):
    fields = {"Host": "127.0.0.1"}
    if body is not None:
        body = body.encode() if isinstance(body, str) else body
        fields |= {"Content-Type": "text/plain;charset=UTF-8", "Content-Length": str(len(body))}
    wire.send(head(method, target, fields | (headers or {})) + (body or b""))


def read_response(wire, method="GET"):
    started = wire.line()
    found = re.fullmatch(r"HTTP/1\.[01] (\d{3})(?: .*)?", started)
    if not found:
        raise Failure(f"expected an HTTP/1 status line, got {started!r}")
    headers = {}
    while line := wire.line():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    status = int(found.group(1))
    if status == 101 or status == 204 or method == "HEAD":
        body = b""
    elif headers.get("transfer-encoding") == "chunked":
        parts = []
        while size := int(wire.line().split(";")[0], 16):
            parts.append(wire.read(size))
            wire.line()
        wire.line()
        body = b"".join(parts)
    else:
        body = wire.read(int(headers.get("content-length", 0)))
    return Response(status, headers, body)


def request(server, method, target, body=None, headers=None):
    """One request on a connection of its own."""
    wire = server.dial()
    try:
        write_request(wire, method, target, body, headers)
        return read_response(wire, method)
    finally:
        wire.close()


def frame(opcode, payload=b"", fin=True, rsv=0, masked=True, length=None):
    """A WebSocket frame as a client sends it. `length` claims another size than the payload has, in 64 bits."""
    first = (0x80 if fin else 0) | rsv << 4 | opcode
    mark = 0x80 if masked else 0
    size = len(payload)
    if length is not None:
        start = struct.pack("!BBQ", first, mark | 127, length)
    elif size < 126:
        start = struct.pack("!BB", first, mark | size)
    elif size < 65_536:
        start = struct.pack("!BBH", first, mark | 126, size)
    else:
        start = struct.pack("!BBQ", first, mark | 127, size)
    if not masked:
        return start + payload
    key = os.urandom(4)
    return start + key + mask(payload, key)


def mask(payload, key):
    size = len(payload)
    if not size:
        return b""
    pattern = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(pattern, "big")).to_bytes(size, "big")


def upgrade_headers():
    return {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode()}


class Refused(Exception):
    def __init__(self, response):
        super().__init__(f"no 101 but {response}")
        self.response = response


class WebSocket:
    def __init__(self, server, target, headers=None, receive_buffer_bytes=None):
        self.wire = server.dial(receive_buffer_bytes)
        fields = upgrade_headers() | (headers or {})
        write_request(self.wire, "GET", target, headers=fields)
        self.response = read_response(self.wire)
        if self.response.status != 101:
            self.wire.close()
            raise Refused(self.response)
        accept = hashlib.sha1((fields["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()
        expect(self.response.headers.get("sec-websocket-accept"), base64.b64encode(accept).decode(),
               "Sec-WebSocket-Accept")

    def send(self, message):
        if isinstance(message, str):
            self.raw(frame(TEXT, message.encode()))
        else:
            self.raw(frame(BINARY, bytes(message)))

    def raw(self, data):
        self.wire.send(data)

    def frame(self):
        """The next frame: opcode, whether it is the last of its message, payload. What is not whole in time stays."""
        wire = self.wire
        wire.await_bytes(2)
        first, second = wire.buffer[:2]
        expect(first & 0x70, 0, "RSV bits of a frame of the server")
        expect(second & 0x80, 0, "mask bit of a frame of the server")
        size, head = second & 0x7F, 2
        if size >= 126:
            head = 4 if size == 126 else 10
            wire.await_bytes(head)
            size = int.from_bytes(wire.buffer[2:head], "big")
            expect(size >= (126 if head == 4 else 65_536), True, f"shortest form of the length {size}")
        wire.await_bytes(head + size)
        return first & 0x0F, bool(first & 0x80), wire.read(head + size)[head:]

    def receive(self):
        """The next message: `str` or `bytes`. A close frame raises `Closed`."""
        opcode, fin, payload = self.frame()
        while opcode in (PING, PONG):
            opcode, fin, payload = self.frame()
        if opcode == CLOSE:
            raise Closed(close_code(payload))
        if opcode not in (TEXT, BINARY):
            raise Failure(f"expected a message, got a frame with opcode {opcode}")
        while not fin:
            following, fin, more = self.frame()
            expect(following, 0, "opcode of a continued message")
            payload += more
        return payload.decode() if opcode == TEXT else payload

    def ended(self):
        """Reads to the end; the code of the close frame, or None where there was none. Never ending is a failure."""
        try:
            while True:
                opcode, _, payload = self.frame()
                if opcode == CLOSE:
                    code = close_code(payload)
                    try:
                        self.raw(frame(CLOSE, payload[:2]))
                        while True:
                            self.wire.fill()
                    except Closed:
                        return code
        except Closed:
            return None
        except TimeoutError:
            raise Failure(f"expected the connection to be closed, but it is open after {PATIENCE:.0f} s")

    def close(self):
        self.wire.close()


def close_code(payload):
    return struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
