#!/usr/bin/env python3
"""What `atlas-socketio-echo` does, on python-socketio: to try the tests on another server, and to measure beside it.

It has no connection state recovery. Runs on aiohttp, or on uvicorn with `--uvicorn`.
"""
import argparse
import asyncio
import socket

import engineio
import socketio

NAMESPACES = ["/", "/custom", "/auth"]
ANSWER_SECONDS = 2


def raw_echo(options, mode):
    engine = engineio.AsyncServer(async_mode=mode, **options)

    @engine.on("connect")
    def connect(sid, environ):
        pass

    @engine.on("message")
    async def message(sid, data):
        await engine.send(sid, data)

    return engine


def register(server, namespace):
    def on(event):
        return lambda handler: server.on(event, handler, namespace=namespace)

    @on("connect")
    async def connect(sid, environ, auth):
        if namespace == "/auth" and not (isinstance(auth, dict) and auth.get("token") == "good"):
            raise socketio.exceptions.ConnectionRefusedError("not authorized", {"code": "E_AUTH"})
        server.start_background_task(server.emit, "auth", auth or {}, to=sid, namespace=namespace)

    @on("message")
    async def message(sid, *arguments):
        await server.emit("message-back", arguments, to=sid, namespace=namespace)

    @on("message-with-ack")
    async def message_with_ack(sid, *arguments):
        return arguments

    @on("join")
    async def join(sid, room):
        await server.enter_room(sid, room, namespace=namespace)
        return "ok"

    @on("leave")
    async def leave(sid, room):
        await server.leave_room(sid, room, namespace=namespace)
        return "ok"

    @on("rooms")
    async def rooms(sid):
        return sorted(room for room in server.rooms(sid, namespace=namespace) if room != sid)

    @on("pub")
    async def publish(sid, room, data):
        await server.emit("msg", data, room=room, namespace=namespace)

    @on("pub-except")
    async def publish_except(sid, room, data):
        await server.emit("msg", data, room=room, skip_sid=sid, namespace=namespace)

    @on("burst")
    async def burst(sid, count):
        for number in range(count):
            await server.emit("b", number, to=sid, namespace=namespace)

    @on("ask-me")
    async def ask(sid, number):
        try:
            return await server.call("question", number, to=sid, namespace=namespace, timeout=ANSWER_SECONDS)
        except socketio.exceptions.TimeoutError:
            return "timeout"

    @on("kick")
    async def kick(sid, close):
        if close:
            await server.eio.disconnect(server.manager.eio_sid_from_sid(sid, namespace))
        else:
            await server.disconnect(sid, namespace=namespace)

    @on("drop-transport")
    async def drop(sid):
        await server.eio.disconnect(server.manager.eio_sid_from_sid(sid, namespace))


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--ping-interval", type=float, default=25_000)
    parser.add_argument("--ping-timeout", type=float, default=20_000)
    parser.add_argument("--max-payload", type=int, default=1_000_000)
    parser.add_argument("--connect-timeout", type=float, help="python-socketio has none")
    parser.add_argument("--origin", action="append")
    parser.add_argument("--uvicorn", action="store_true")
    given = parser.parse_args()
    mode = "asgi" if given.uvicorn else "aiohttp"
    options = {"ping_interval": given.ping_interval / 1000, "ping_timeout": given.ping_timeout / 1000,
               "max_http_buffer_size": given.max_payload, "cors_allowed_origins": given.origin or "*"}
    server = socketio.AsyncServer(async_mode=mode, namespaces=NAMESPACES, **options)
    for namespace in NAMESPACES:
        register(server, namespace)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((given.host, given.port))
    listener.listen(4096)
    print(f"listening on http://{given.host}:{listener.getsockname()[1]}", flush=True)
    if given.uvicorn:
        import uvicorn
        raw = engineio.ASGIApp(raw_echo(options, mode), engineio_path="engine.io")
        application = socketio.ASGIApp(server, other_asgi_app=raw)
        await uvicorn.Server(uvicorn.Config(application, log_level="warning", ws_max_size=given.max_payload)).serve([listener])
    else:
        from aiohttp import web
        application = web.Application()
        raw_echo(options, mode).attach(application, engineio_path="engine.io")
        server.attach(application)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.SockSite(runner, listener).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
