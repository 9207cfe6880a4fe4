#!/bin/sh
# Compiles the diagram library for the browser into build/wasm: read.wasm, draw.wasm and tell.wasm, each with its .gz.
# Called by scripts/build-web.sh. web/wasm/README.md says why it is done this way.
#
# Needs the Swift toolchain on the PATH (its clang and wasm-ld too) and Debian's binaryen and zopfli.
set -eu
cd "$(dirname "$0")/.."

limit_gzip_bytes=100000
# 4 MiB for calls, at the low end so that too deep a recursion traps; 256 MiB in all.
stack_bytes=4194304
memory_bytes=268435456

say() { echo "wasm: $*"; }

for tool in swiftc wasm-opt zopfli; do
  command -v "$tool" >/dev/null || { say "missing the command $tool" >&2; exit 1; }
done
sources=Sources/Libraries/Diagrams
out=build/wasm
inputs=$( {
  find "$sources" web/wasm -type f \( -name '*.swift' -o -name '*.c' \) -print | LC_ALL=C sort | xargs sha256sum
  sha256sum scripts/build-wasm.sh
  swiftc --version 2>/dev/null
  wasm-opt --version
} | sha256sum | cut -d ' ' -f 1 )
if [ "$(cat "$out/inputs" 2>/dev/null)" = "$inputs" ]; then
  say "$out is current"
  exit 0
fi

toolchain=$(dirname "$(readlink -f "$(command -v swiftc)")")
library="$toolchain/../lib/swift/embedded/wasm32-unknown-none-wasm"
[ -d "$library" ] || { say "this Swift toolchain has no Embedded Swift for WebAssembly ($library)" >&2; exit 1; }

rm -rf "$out"
mkdir -p "$out"
say "compiling the diagram engine"
# Without these passes the compiler repeats less code.
passes=
for pass in inline late-inline early-inline closure-specialize capture-prop array-property-opt loop-rotate; do
  passes="$passes -Xllvm -sil-disable-pass=$pass"
done
# shellcheck disable=SC2086
find "$sources" web/wasm -name '*.swift' -print | LC_ALL=C sort | xargs "$toolchain/swiftc" \
  -target wasm32-unknown-none-wasm -wmo -Osize -parse-as-library -module-name Diagrams -swift-version 6 \
  -enable-experimental-feature Embedded -enable-experimental-feature Extern \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
  -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature NonisolatedNonsendingByDefault \
  -enforce-exclusivity=unchecked -Xfrontend -disable-stack-protector -Xfrontend -remove-runtime-asserts $passes \
  -emit-irgen -o "$out/engine.ll"
# Counting references happens everywhere, so it must be a call.
sed -i -E 's/^(define weak_odr [^@]*@swift_(retain|release|bridgeObject|isUnique|allocObject)[A-Za-z_]*\([^)]*\)) /\1 noinline /' \
  "$out/engine.ll"
wasm_flags="--target=wasm32-unknown-none-wasm -Oz -mbulk-memory -msign-ext -mnontrapping-fptoint -mmutable-globals"
# shellcheck disable=SC2086
{
  "$toolchain/clang" $wasm_flags -Wno-override-module -c "$out/engine.ll" -o "$out/engine.o"
  "$toolchain/clang" $wasm_flags -ffreestanding -fno-builtin -c web/wasm/runtime.c -o "$out/runtime.o"
}

# Links the functions that a module exports, with what they need.
link() {
  name=$1
  shift
  exports=
  for export in atlas_request atlas_answer "$@"; do exports="$exports --export=$export"; done
  # shellcheck disable=SC2086
  "$toolchain/wasm-ld" --no-entry --gc-sections --strip-all --stack-first -z "stack-size=$stack_bytes" \
    --max-memory="$memory_bytes" $exports "$out/engine.o" "$out/runtime.o" "$library/libswiftUnicodeDataTables.a" \
    -o "$out/$name.linked.wasm"
  wasm-opt -O3 --low-memory-unused --always-inline-max-function-size 4 --flexible-inline-max-function-size 8 \
    --one-caller-inline-max-function-size 20 \
    --enable-bulk-memory --enable-sign-ext --enable-mutable-globals --enable-nontrapping-float-to-int \
    "$out/$name.linked.wasm" -o "$out/$name.wasm"
  zopfli -c --i15 "$out/$name.wasm" > "$out/$name.wasm.gz"
  size=$(wc -c < "$out/$name.wasm.gz")
  say "$name.wasm: $size bytes gzip, limit $limit_gzip_bytes"
  [ "$size" -le "$limit_gzip_bytes" ] || { say "$name.wasm is over its limit" >&2; exit 1; }
}
link read atlas_render atlas_pass
link draw atlas_draw
link tell atlas_tell atlas_failing atlas_simulate
rm -f "$out"/*.ll "$out"/*.o "$out"/*.linked.wasm
echo "$inputs" > "$out/inputs"
