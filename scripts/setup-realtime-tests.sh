#!/bin/sh
# Prepares build/realtime for the tests and measurements of Socket.IO: python-socketio with its servers from PyPI (venv),
# and the official JavaScript client, socket.io-client 4.8.1, out of the wheel of nicegui. Does nothing twice.
set -eu
cd "$(dirname "$0")/.."

socketio=5.18.1 aiohttp=3.14.5 uvicorn=0.54.0 websockets=17.4 nicegui=3.18.0
stamp="build/realtime/.socketio-$socketio-aiohttp-$aiohttp-uvicorn-$uvicorn-websockets-$websockets-nicegui-$nicegui"
if [ -f "$stamp" ]; then
  echo "realtime: build/realtime is current"
  exit 0
fi
echo "realtime: fetching python-socketio $socketio, its servers, and socket.io-client"
rm -rf build/realtime
mkdir -p build/realtime
python3 -m venv build/realtime/venv
build/realtime/venv/bin/pip install --quiet --disable-pip-version-check "python-socketio==$socketio" "aiohttp==$aiohttp" \
  "uvicorn==$uvicorn" "websockets==$websockets"
build/realtime/venv/bin/python scripts/unpack-wheel.py "nicegui==$nicegui" "nicegui-$nicegui-py3-none-any.whl" \
  a2bd51642312d98aab6d8b641245d796ff1b89da5829777170bcc488140c3dcd nicegui/static/socket.io.min.js build/realtime
touch "$stamp"
echo "realtime: build/realtime is ready"
