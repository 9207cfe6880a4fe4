#!/bin/sh
# Compiles the learning library as Embedded Swift to WebAssembly, into build/wasm-learning/learning.wasm, with what
# web/tests/fsrs.mjs asks of it. No page loads it yet: the test holds it to the same numbers as the server's build.
#
# Needs the Swift toolchain on the PATH (its clang and wasm-ld too).
set -eu
cd "$(dirname "$0")/.."

say() { echo "wasm: $*"; }

command -v swiftc >/dev/null || { say "missing the command swiftc" >&2; exit 1; }
sources=Sources/Libraries/Learning
out=build/wasm-learning
inputs=$( {
  find "$sources" web/tests/wasm web/wasm/runtime.c -type f \( -name '*.swift' -o -name '*.c' \) -print | LC_ALL=C sort | xargs sha256sum
  sha256sum scripts/build-learning-wasm.sh
  swiftc --version 2>/dev/null
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
say "compiling the learning library"
find "$sources" web/tests/wasm -name '*.swift' -print | LC_ALL=C sort | xargs "$toolchain/swiftc" \
  -target wasm32-unknown-none-wasm -wmo -Osize -parse-as-library -module-name Learning -swift-version 6 \
  -enable-experimental-feature Embedded \
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault \
  -enable-upcoming-feature MemberImportVisibility -enable-upcoming-feature NonisolatedNonsendingByDefault \
  -Xfrontend -disable-stack-protector -emit-irgen -o "$out/learning.ll"
flags="--target=wasm32-unknown-none-wasm -Oz -mbulk-memory -msign-ext -mnontrapping-fptoint -mmutable-globals"
# shellcheck disable=SC2086
{
  "$toolchain/clang" $flags -Wno-override-module -c "$out/learning.ll" -o "$out/learning.o"
  "$toolchain/clang" $flags -ffreestanding -fno-builtin -c web/wasm/runtime.c -o "$out/runtime.o"
  "$toolchain/clang" $flags -ffreestanding -fno-builtin -c web/tests/wasm/multiply.c -o "$out/multiply.o"
}
"$toolchain/wasm-ld" --no-entry --gc-sections --strip-all --stack-first -z stack-size=1048576 \
  --export=fsrs_buffer --export=fsrs_begin --export=fsrs_review \
  "$out/learning.o" "$out/runtime.o" "$out/multiply.o" "$library/libswiftUnicodeDataTables.a" -o "$out/learning.wasm"
rm -f "$out"/*.ll "$out"/*.o
say "learning.wasm: $(wc -c < "$out/learning.wasm") bytes"
echo "$inputs" > "$out/inputs"
