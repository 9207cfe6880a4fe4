#!/usr/bin/env bash
# Installs what Atlas needs from Debian's packages and PyPI; does nothing where all is there.
#   scripts/setup.sh run    what building and running needs
#   scripts/setup.sh test   that, and what the tests need
#   scripts/setup.sh kubernetes   only what compiling a Kubernetes control plane needs
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-run}
packages=(
    # the server
    libsqlite3-dev libpq-dev libargon2-dev libhiredis-dev libcairo2-dev zlib1g-dev pkg-config
    # labs
    bubblewrap
    # the web client
    binaryen zopfli nodejs esbuild node-typescript node-react node-react-dom node-csstype node-graphql
    node-chart.js terser
    fonts-inter fonts-jetbrains-mono python3 python3-venv
)
if [ "$what" = test ]; then
    packages+=(postgresql-15 redis-server influxdb nginx-light procps curl chromium libatomic1 wrk node-jsdom graphviz)
fi

if [ "$what" = kubernetes ]; then packages=(golang-1.19-go golang-1.19-src dpkg-dev openssl python3); fi

if ! command -v swift >/dev/null; then
    echo "Atlas needs the Swift 6.3 toolchain, and there is no 'swift' on the PATH. See https://www.swift.org/install/linux/" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    # A node from elsewhere than Debian serves as well.
    if [ "$package" = nodejs ] && command -v node >/dev/null; then continue; fi
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null; then
            as_root=(sudo)
        else
            echo "Please install these Debian packages as root, then try again:" >&2
            echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
            exit 1
        fi
    fi
    echo "==> Installing ${#missing[@]} Debian packages: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update -q=2
    "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y -q=1 --no-install-recommends "${missing[@]}"
fi
