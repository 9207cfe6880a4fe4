#!/bin/sh
# Compiles the diagram library for the browser: build/wasm/diagrams.wasm. Called by scripts/build-web.sh.
#
# Needs the Swift toolchain on the PATH (its clang and wasm-ld too) and Debian's binaryen.
set -eu
cd "$(dirname "$0")/.."

limit_gzip_bytes=100000
# 4 MiB for calls, at the low end so that too deep a recursion traps; 256 MiB in all.
stack_bytes=4194304
memory_bytes=268435456

say() { echo "wasm: $*"; }

sources=Sources/Libraries/Diagrams
out=build/wasm
inputs=$( {
  find "$sources" web/wasm -type f \( -name '*.swift' -o -name '*.c' \) -print | LC_ALL=C sort | xargs sha256sum
  sha256sum scripts/build-wasm.sh
  swiftc --version 2>/dev/null
  wasm-opt --version
} | sha256sum | cut -d ' ' -f 1 )
if [ -f "$out/diagrams.wasm" ] && [ "$(cat "$out/inputs" 2>/dev/null)" = "$inputs" ]; then
  say "$out is current"
  exit 0
fi

toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")
library="$toolchain/../lib/swift/embedded/wasm32-unknown-none-wasm"
[ -d "$library" ] || { say "this Swift toolchain has no Embedded Swift for WebAssembly ($library)" >&2; exit 1; }

rm -rf "$out"
mkdir -p "$out"
say "compiling the diagram engine"
"$toolchain/clang" --target=wasm32-unknown-unknown -Oz -ffreestanding -fno-builtin -nostdlib -mbulk-memory \
  -c web/wasm/runtime.c -o "$out/runtime.o"
find "$sources" web/wasm -name '*.swift' -print | LC_ALL=C sort | xargs "$toolchain/swiftc" \
  -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -Osize -parse-as-library \
  -module-name Diagrams -swift-version 6 -enforce-exclusivity=unchecked -Xfrontend -disable-stack-protector \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
  -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature NonisolatedNonsendingByDefault \
  -c -o "$out/engine.o"
"$toolchain/wasm-ld" --no-entry --gc-sections --strip-all --stack-first -z "stack-size=$stack_bytes" \
  --max-memory="$memory_bytes" "$out/engine.o" "$out/runtime.o" "$library/libswiftUnicodeDataTables.a" -o "$out/linked.wasm"
wasm-opt -Oz --converge --enable-bulk-memory --enable-sign-ext --enable-mutable-globals --enable-nontrapping-float-to-int \
  --low-memory-unused "$out/linked.wasm" -o "$out/diagrams.wasm"

size=$(gzip -9 -n -c "$out/diagrams.wasm" | wc -c)
say "$out/diagrams.wasm is $size bytes gzip, limit $limit_gzip_bytes"
echo "$inputs" > "$out/inputs"
