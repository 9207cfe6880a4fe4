#!/bin/sh
# Fetches mermaid.js 11.16.1 into build/mermaid/dist, for comparing only: it is part of the wheel of nicegui on PyPI, which is
# unpacked and never installed. Does nothing twice.
set -eu
cd "$(dirname "$0")/.."

wheel=nicegui-3.18.0-py3-none-any.whl
hash=a2bd51642312d98aab6d8b641245d796ff1b89da5829777170bcc488140c3dcd
stamp="build/mermaid/.$wheel"
if [ -f "$stamp" ]; then
  echo "mermaid: build/mermaid is current"
  exit 0
fi
echo "mermaid: fetching $wheel"
rm -rf build/mermaid
mkdir -p build/mermaid
scripts/setup-browser-tests.sh
build/venv/bin/python scripts/unpack-wheel.py nicegui==3.18.0 "$wheel" "$hash" nicegui/elements/mermaid/dist/ build/mermaid/dist
echo '{"type":"module"}' > build/mermaid/dist/package.json
touch "$stamp"
echo "mermaid: build/mermaid is ready"
