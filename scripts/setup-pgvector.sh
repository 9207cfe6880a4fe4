#!/bin/sh
# Fetches a PostgreSQL with pgvector (16.2 and 0.6.2, of PyPI's pgserver) into build/pgvector, for tests: Debian 12 has no package
# of pgvector. The wheel is unpacked and never installed. Does nothing twice.
#   url=$(POSTGRES_BIN=$PWD/build/pgvector/pgserver/pginstall/bin scripts/test-postgres.sh start DIR)
set -eu
cd "$(dirname "$0")/.."

wheel=pgserver-0.1.4-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl
hash=d595789b47624a3d963aa9aa6359da9be31beb7e61f1a45541953242068b8813
stamp="build/pgvector/.$wheel"
if [ -f "$stamp" ]; then
  echo "pgvector: build/pgvector is current"
  exit 0
fi
echo "pgvector: fetching $wheel"
scripts/setup-browser-tests.sh
rm -rf build/pgvector
mkdir -p build/pgvector
build/venv/bin/pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --python-version 311 \
  --implementation cp --platform manylinux2014_x86_64 --dest build/pgvector pgserver==0.1.4
echo "$hash  build/pgvector/$wheel" | sha256sum --check --quiet
# Unlike Python's zipfile, this keeps what is executable.
build/venv/bin/python - "build/pgvector/$wheel" build/pgvector <<'PY'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        path = archive.extract(entry, sys.argv[2])
        mode = entry.external_attr >> 16 & 0o777
        if mode and not entry.is_dir():
            os.chmod(path, mode)
PY
rm "build/pgvector/$wheel"
touch "$stamp"
echo "pgvector: build/pgvector is ready"
