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
build/venv/bin/python - "$wheel" "$hash" <<'PYTHON'
import hashlib, io, subprocess, sys, tempfile, zipfile
from pathlib import Path

wheel, expected = sys.argv[1:]
with tempfile.TemporaryDirectory() as folder:
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", folder, "nicegui==3.18.0"],
        check=True,
    )
    content = (Path(folder) / wheel).read_bytes()
if hashlib.sha256(content).hexdigest() != expected:
    sys.exit(f"mermaid: {wheel} is not the file that was compared with")
with zipfile.ZipFile(io.BytesIO(content)) as archive:
    prefix = "nicegui/elements/mermaid/dist/"
    for name in archive.namelist():
        if name.startswith(prefix) and name.endswith(".js"):
            target = Path("build/mermaid/dist") / name[len(prefix):]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
PYTHON
echo '{"type":"module"}' > build/mermaid/dist/package.json
touch "$stamp"
echo "mermaid: build/mermaid is ready"
