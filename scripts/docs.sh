#!/usr/bin/env bash
# Builds the documentation of every library module; a broken link is an error.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/docs build/symbols
swift build -Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc "$PWD/build/symbols"
for folder in Sources/Libraries/* Sources/Core/* Sources/Services/* Sources/Gateway/*; do
    module=$(basename "$folder")
    catalogue="$folder/$module.docc"
    [ -d "$catalogue" ] || continue
    mkdir -p "build/symbols/$module"
    cp build/symbols/"$module"*.symbols.json "build/symbols/$module/"
    docc convert "$catalogue" --additional-symbol-graph-dir "build/symbols/$module" --warnings-as-errors \
        --output-path "build/docs/$module.doccarchive"
    echo "build/docs/$module.doccarchive"
done
