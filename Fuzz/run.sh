#!/bin/bash
# Builds the fuzz targets and runs each. `Fuzz/run.sh [RUNS] [TARGET…]`: a million runs of every target when nothing is said.
# With SANITIZER=address they run under AddressSanitizer, in a build folder of their own.
# It begins with the inputs of earlier runs in Fuzz/Seeds and adds to them in Fuzz/Corpus, which git does not see.
# A crash leaves its input in Fuzz/Crashes and ends with 1.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
runs=${1:-1000000}
shift || true
[ "$#" -gt 0 ] || set -- FuzzZip FuzzBzip2 FuzzTarGate FuzzJSON FuzzEnvelope FuzzNote FuzzCheckpoint FuzzProof FuzzRoster FuzzEvidence FuzzStamp

python3 seeds.py Corpus
python3 trust_seeds.py Corpus
for seeds in Seeds/*.tar.xz; do tar -C Corpus -xJf "$seeds"; done
mkdir -p Crashes
sanitizer=${SANITIZER:+,$SANITIZER}
build=(--quiet -c release ${SANITIZER:+--scratch-path ".build-$SANITIZER" --sanitize "$SANITIZER"})
for target in "$@"; do
  swift build "${build[@]}" --product "$target"
  built=$(swift build "${build[@]}" --show-bin-path)
  # libFuzzer brings its own `main`, which a Swift package's executables do not allow; so the library is linked here.
  # shellcheck disable=SC2046  # pkg-config gives several words
  swiftc -use-ld=lld "-sanitize=fuzzer$sanitizer" -parse-as-library -Xlinker --whole-archive "$built/lib$target.a" -Xlinker --no-whole-archive \
    $(pkg-config --libs libarchive libcrypto) -lFoundation -ldispatch -lBlocksRuntime -o "$built/$target" empty.swift
  echo "==> $target, $runs runs"
  "$built/$target" -runs="$runs" -max_len=4096 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="Crashes/$target-" \
    -print_final_stats=1 "Corpus/$target" 2>"Crashes/$target.log" || { tail -40 "Crashes/$target.log"; exit 1; }
  grep -E 'stat::number_of_executed_units|stat::new_units_added|stat::peak_rss_mb' "Crashes/$target.log"
done
