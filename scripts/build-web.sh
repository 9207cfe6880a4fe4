#!/bin/sh
# Builds the web client into build/web.
#
#   scripts/build-web.sh           builds what has changed since the last time
#   scripts/build-web.sh --check   writes nothing; fails if generated files are out of date or types do not fit
#
# Needs the Swift toolchain and these Debian packages: binaryen zopfli nodejs esbuild node-typescript node-react
# node-react-dom node-csstype node-graphql node-chart.js terser fonts-inter fonts-jetbrains-mono python3-venv. From PyPI
# come only the font tools, into build/venv-fonts, and, into build/vendor, Socket.IO's own client and the terminal xterm.js.
set -eu
cd "$(dirname "$0")/.."

say() { echo "web: $*"; }

modules=/usr/share/nodejs
for part in "$modules/react" "$modules/react-dom" "$modules/csstype" "$modules/graphql" "$modules/chart.js"; do
  [ -e "$part" ] || { say "missing $part; install node-react node-react-dom node-csstype node-graphql node-chart.js" >&2; exit 1; }
done
for tool in node esbuild tsc terser python3; do
  command -v "$tool" >/dev/null || { say "missing the command $tool" >&2; exit 1; }
done
[ -e web/node_modules ] || ln -sfn "$modules" web/node_modules

if [ "${1:-}" = "--check" ]; then
  node web/scripts/codegen.mjs --check
  tsc -p web
  say "types fit and generated files are current"
  exit 0
fi

scripts/build-wasm.sh
inputs=$( {
  find web -path web/node_modules -prune -o -path web/tests -prune -o -type f -print | LC_ALL=C sort | xargs sha256sum
  sha256sum schema.graphql scripts/build-web.sh build/wasm/*.wasm
  esbuild --version
  sha256sum "$modules/react/package.json" "$modules/react-dom/package.json" "$modules/chart.js/package.json"
  sha256sum "$modules/terser/package.json"
} | sha256sum | cut -d ' ' -f 1 )
if [ -f build/web/build.json ] && grep -q "\"inputs\": \"$inputs\"" build/web/build.json; then
  say "build/web is current"
  exit 0
fi

mkdir -p build
fonttools=4.68.0
brotli=1.2.1
stamp="build/venv-fonts/.fonttools-$fonttools-brotli-$brotli"
if [ ! -f "$stamp" ]; then
  say "installing the font tools"
  python3 -m venv build/venv-fonts
  build/venv-fonts/bin/pip install --quiet --disable-pip-version-check "fonttools==$fonttools" "brotli==$brotli"
  touch "$stamp"
fi

# The bundles of socket.io-client 4.8.1 and of xterm.js 5.5.0 are part of the wheel of nicegui.
wheel=nicegui-3.18.0-py3-none-any.whl
stamp="build/vendor/.$wheel-with-xterm"
if [ ! -f "$stamp" ]; then
  say "fetching socket.io-client and xterm.js from $wheel"
  build/venv-fonts/bin/python scripts/unpack-wheel.py nicegui==3.18.0 "$wheel" \
    a2bd51642312d98aab6d8b641245d796ff1b89da5829777170bcc488140c3dcd \
    nicegui/static/socket.io.min.js build/vendor nicegui/elements/xterm/dist/ build/vendor/xterm
  touch "$stamp"
fi

inter=/usr/share/fonts/opentype/inter
mono=/usr/share/fonts/truetype/jetbrains-mono
letters='U+0020-007E,U+00A0-017F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032,U+2033,U+2039,U+203A,U+20AC,U+2122,U+2190-2193,U+2212,U+2248,U+2260,U+2264,U+2265,U+00D7'
mkdir -p build/fonts
for font in "$inter/Inter-Regular.otf" "$inter/Inter-Medium.otf" "$inter/Inter-SemiBold.otf" \
  "$inter/InterDisplay-SemiBold.otf" "$mono/JetBrainsMono-Regular.ttf"; do
  [ -e "$font" ] || { say "missing $font; install fonts-inter fonts-jetbrains-mono" >&2; exit 1; }
  name=$(basename "$font")
  subset="build/fonts/${name%.*}.woff2"
  [ "$subset" -nt "$font" ] && [ "$subset" -nt scripts/build-web.sh ] && continue
  say "subsetting ${name%.*}"
  build/venv-fonts/bin/pyftsubset "$font" --unicodes="$letters" --layout-features='kern,liga,calt,ccmp,locl,mark,mkmk,tnum' \
    --flavor=woff2 --no-hinting --desubroutinize --output-file="$subset"
done

if [ ! -f build/pictures/preview.png ] || [ web/scripts/pictures.py -nt build/pictures/preview.png ]; then
  say "drawing icons and preview"
  mkdir -p build/pictures
  build/venv-fonts/bin/python web/scripts/pictures.py build/pictures
fi

node web/scripts/codegen.mjs
say "checking types"
tsc -p web
say "bundling"
node web/scripts/build.mjs "$inputs"
say "built build/web"
