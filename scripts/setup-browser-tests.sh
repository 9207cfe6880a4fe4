#!/bin/sh
# Prepares build/venv for the browser tests: Playwright and axe from PyPI, Chromium from Debian. Does nothing twice.
set -eu
cd "$(dirname "$0")/.."

playwright=1.65.2
axe=0.1.8

chromium=${ATLAS_CHROMIUM:-/usr/bin/chromium}
[ -x "$chromium" ] || { echo "browser tests: $chromium is missing; install the Debian package chromium" >&2; exit 1; }

stamp="build/venv/.playwright-$playwright-axe-$axe"
if [ -f "$stamp" ]; then
  echo "browser tests: build/venv is current"
  exit 0
fi
echo "browser tests: installing playwright $playwright and axe $axe"
mkdir -p build
python3 -m venv build/venv
build/venv/bin/pip install --quiet --disable-pip-version-check "playwright==$playwright" "axe-playwright-python==$axe"
touch "$stamp"
echo "browser tests: build/venv is ready"
