#!/usr/bin/env bash
# Builds the documentation of every module into build/docs; a broken link is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

swift package dump-symbol-graph --minimum-access-level public >/dev/null
graphs=$(swift build --show-bin-path)/../symbolgraph
docc=$(dirname "$(readlink -f "$(command -v swift)")")/docc
mkdir -p build/docs
for article in Sources/*/*/*.docc; do
    module=$(basename "$article" .docc)
    symbols=$(mktemp -d)
    cp "$graphs/$module".symbols.json "$graphs/$module"@*.symbols.json "$symbols" 2>/dev/null ||
        cp "$graphs/$module".symbols.json "$symbols"
    # Every warning as an error would also demand a line for every parameter; here only links must hold.
    "$docc" convert "$article" --additional-symbol-graph-dir "$symbols" --fallback-display-name "$module" \
        --fallback-bundle-identifier "atlas.$module" --output-path "build/docs/$module.doccarchive" >"$symbols/log" 2>&1
    if grep -A6 "doesn't exist at" "$symbols/log"; then
        echo "$article has links that lead nowhere" >&2
        exit 1
    fi
    rm -rf "$symbols"
    echo "build/docs/$module.doccarchive"
done
