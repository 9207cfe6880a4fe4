#!/bin/sh
# Fetches mermaid.js 11.16.1, the peer of diagram tests and benchmarks, into build/mermaid. Does nothing twice.
#
# It comes as part of the wheel nicegui from PyPI, which nothing else is used of: build/mermaid/dist/index.js exports
# `mermaid`. Neither is part of Atlas or shipped with it.
set -eu
cd "$(dirname "$0")/.."

wheel=nicegui-3.18.0-py3-none-any.whl
hash=a2bd51642312d98aab6d8b641245d796ff1b89da5829777170bcc488140c3dcd
stamp="build/mermaid/.$hash"

if [ -f "$stamp" ]; then
  echo "mermaid: build/mermaid is current"
  exit 0
fi
mkdir -p build
work=$(mktemp -d build/mermaid-XXXXXX)
trap 'rm -rf "$work"' EXIT
echo "nicegui==3.18.0 --hash=sha256:$hash" >"$work/requirements.txt"
python=python3
"$python" -m pip --version >/dev/null 2>&1 || python=build/venv/bin/python
"$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
  --dest "$work" --requirement "$work/requirements.txt"
python3 - "$work/$wheel" "$work" <<'END'
import sys, zipfile
prefix = "nicegui/elements/mermaid/dist/"
with zipfile.ZipFile(sys.argv[1]) as wheel:
    wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if name.startswith(prefix)])
END
touch "$work/nicegui/elements/mermaid/.$hash"
rm -rf build/mermaid
mv "$work/nicegui/elements/mermaid" build/mermaid
echo "mermaid: build/mermaid is ready"
