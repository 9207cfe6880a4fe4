#!/usr/bin/env python3
"""Study groups behind nginx: two servers, docs/nginx/atlas.conf, and the official clients for Python and JavaScript.

    build/realtime/venv/bin/python Tests/Realtime/balanced.py --atlas .build/debug/atlas

Clients that poll must come back to their server; when it is killed, all go on at the other. One line for each case, 1 on
failure.
"""
import argparse
import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import aiohttp

from clients import PATIENCE, TRANSPORTS, Heard
from groups import ROOT, Account, Atlas, Redis, free_port, good

TOKEN = "the operator's token of this test only"
MEMBERS = 4


class Nginx:
    """nginx with the documented file, its ports replaced."""

    def __init__(self, folder, servers):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with open(os.path.join(ROOT, "docs/nginx/atlas.conf")) as file:
            rules = file.read()
        for documented, actual in ((8081, servers[0].port), (8082, servers[1].port), (8080, self.port)):
            rules, count = re.subn(rf":{documented}\b", f":{actual}", rules)
            assert count, f"no port {documented} in the documented file"
        place = os.path.join(folder, "nginx")
        os.mkdir(place)
        with open(os.path.join(place, "atlas.conf"), "w") as file:
            file.write(rules)
        with open(os.path.join(place, "nginx.conf"), "w") as file:
            file.write(f"daemon off; worker_processes 1; pid {place}/pid; error_log {place}/error.log;"
                       + ("user root;" if os.getuid() == 0 else "")
                       + "events {} http { access_log off; "
                       + "".join(f"{name}_temp_path {place}/{name};" for name in
                                 ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
                       + f" include {place}/atlas.conf; }}")
        self.log = os.path.join(place, "error.log")
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-p", place, "-c", os.path.join(place, "nginx.conf")])

    async def ready(self):
        async with asyncio.timeout(PATIENCE):
            while True:
                if self.process.poll() is not None:
                    raise SystemExit(f"nginx ended with {self.process.returncode}")
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    return writer.close()
                await asyncio.sleep(0.05)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def status(url, headers=None):
    """Status and text of an answer, whatever it is."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def sessions(server):
    """How many sessions a server has, by its own account."""
    code, text = status(server.url + "/metrics", {"authorization": f"Bearer {TOKEN}"})
    assert code == 200, f"/metrics: {code}"
    return int(re.search(r'atlas_socket_sessions\{path="/socket.io/"\} (\d+)', text).group(1))


class Play:
    def __init__(self, servers, nginx):
        self.servers, self.nginx = servers, nginx
        self.members = [Account(servers[0], f"Member{number}") for number in range(MEMBERS)]
        self.group = servers[0].ask(
            "mutation($i: StudyGroupInput!) { createStudyGroup(input: $i) { id } }", self.members[0].token,
            i={"name": "Balance"})["createStudyGroup"]["id"]
        for member in self.members[1:]:
            servers[0].ask("mutation($g: ID!) { joinStudyGroup(groupId: $g) { id } }", member.token, g=self.group)

    @contextlib.asynccontextmanager
    async def clients(self, transports, **options):
        """One client for each member, with cookies as a browser has them."""
        async with contextlib.AsyncExitStack() as stack:
            everybody = []
            for member in self.members:
                jar = aiohttp.CookieJar(unsafe=True)
                session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
                heard = Heard(http_session=session, **options)
                await heard.client.connect(self.nginx.url, transports=transports, auth={"token": member.token},
                                           namespaces=["/"], wait_timeout=PATIENCE, retry=True)
                stack.push_async_callback(heard.client.shutdown)
                everybody.append(heard)
            yield everybody

    async def chat(self, everybody, word):
        """Each says something, and each hears it all, once and in one order."""
        for heard in everybody:
            await good(heard, "join-study-group", {"groupId": self.group})
        said = [f"{word} {number}" for number in range(len(everybody))]
        await asyncio.gather(*(
            good(heard, "send-message", {"groupId": self.group, "cid": os.urandom(16).hex(), "content": content})
            for heard, content in zip(everybody, said)))
        orders = []
        for heard in everybody:
            lines = []
            while len(lines) < len(said):
                (line,) = await heard.event("group-message")
                if line.get("content", "").startswith(word + " "):
                    lines.append((line["seq"], line["content"]))
            orders.append(lines)
        assert sorted(content for _, content in orders[0]) == said, orders[0]
        assert all(sorted(order) == sorted(orders[0]) for order in orders), orders


async def spread(play, name, transports):
    async with play.clients(transports) as everybody:
        counts = [sessions(server) for server in play.servers]
        assert min(counts) > 0, f"sessions by server: {counts}"
        await play.chat(everybody, f"python {name}")


async def stickiness(play):
    """What the cookie is for, and what is not to be reached."""
    code, text = status(play.servers[0].url + "/socket.io/?EIO=4&transport=polling")
    sid = json.loads(text[1:])["sid"]
    assert code == 200
    code, text = status(play.servers[1].url + f"/socket.io/?EIO=4&transport=polling&sid={sid}")
    assert (code, json.loads(text)["code"]) == (400, 1), (code, text)
    assert status(play.nginx.url + "/metrics", {"authorization": f"Bearer {TOKEN}"})[0] == 404


class JavaScript:
    """The official client for browsers, in a process of its own."""

    async def start(self, play):
        given = json.dumps({"url": play.nginx.url, "group": play.group, "tokens": [member.token for member in play.members]})
        self.process = await asyncio.create_subprocess_exec(
            "node", os.path.join(ROOT, "Tests/Realtime/balanced.mjs"), given,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)

    async def line(self, wanted):
        line = (await self.process.stdout.readline()).decode().strip()
        assert line == wanted, f"expected {wanted!r}, got {line!r}"

    async def end(self):
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()


async def lost_server(play, javascript):
    """Clients of all kinds on both servers; one of those is killed."""
    async with contextlib.AsyncExitStack() as stack:
        kinds = {}
        for name, transports in TRANSPORTS.items():
            options = {"reconnection": True, "randomization_factor": 0}
            kinds[name] = await stack.enter_async_context(play.clients(transports, **options))
        assert min(sessions(server) for server in play.servers) > 0
        everybody = [heard for clients in kinds.values() for heard in clients]
        first = [await heard.event("connect") for heard in everybody]
        assert len(first) == len(everybody)
        ids = [heard.client.get_sid() for heard in everybody]
        play.servers[0].kill()
        javascript.process.stdin.write(b"killed\n")
        async with asyncio.timeout(60):
            while sessions(play.servers[1]) < 2 * len(everybody) or not all(heard.client.connected for heard in everybody):
                await asyncio.sleep(0.1)
        moved = sum(before != heard.client.get_sid() for before, heard in zip(ids, everybody))
        assert 0 < moved < len(everybody), f"{moved} of {len(everybody)} were at the killed server"
        for name, clients in kinds.items():
            await play.chat(clients, f"python afterwards {name}")
        await javascript.line("afterwards")


async def run(play):
    await play.nginx.ready()
    failures = 0

    async def case(title, body):
        nonlocal failures
        try:
            async with asyncio.timeout(120):
                await body
            print(f"ok    {title}", flush=True)
        except Exception as error:
            failures += 1
            print(f"FAIL  {title}: {type(error).__name__}: {error}", flush=True)

    await case("a session is known to its own server alone, and /metrics is not to be had through nginx", stickiness(play))
    for name, transports in TRANSPORTS.items():
        await case(f"python-socketio, {name}: clients on both servers talk", spread(play, name, transports))
    javascript = JavaScript()
    await javascript.start(play)
    try:
        await case("socket.io-client, all transports: clients on both servers talk", javascript.line("talked"))
        await case("a server is killed: its clients, of both kinds and all transports, go on at the other", lost_server(play, javascript))
    finally:
        await javascript.end()
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--atlas", required=True)
    options = parser.parse_args()
    os.environ |= {"ATLAS_HTTP_TRUSTEDPROXIES": "127.0.0.1", "ATLAS_METRICS_TOKEN": TOKEN}
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        os.chmod(folder, 0o755)
        script, place = os.path.join(ROOT, "scripts/test-postgres.sh"), os.path.join(folder, "postgres")
        stack.callback(subprocess.run, [script, "stop", place], check=False)
        database = subprocess.run([script, "start", place], check=True, capture_output=True, text=True).stdout.strip() + "/postgres"
        redis = Redis(folder)
        stack.callback(redis.kill)
        servers = []
        for _ in range(2):
            server = Atlas(options.atlas, folder, database, redis.url)
            stack.callback(server.kill)
            servers.append(server)
        nginx = Nginx(folder, servers)
        stack.callback(nginx.stop)
        sys.exit(1 if asyncio.run(run(Play(servers, nginx))) else 0)


if __name__ == "__main__":
    main()
