#!/bin/sh
# Damaged input must be refused: a byte changed, the end missing, and what never was compressed.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

zstd -q "$PREFIX/include/zstd.h" -o good.zst
zstd -q -t good.zst
size=$(stat -c %s good.zst)

cp good.zst changed.zst
printf '\377\000\377\000' | dd of=changed.zst bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
head -c $((size - 20)) good.zst >short.zst
echo 'this was never compressed' >plain.zst

for bad in changed short plain; do
  if zstd -q -t "$bad.zst" 2>said; then
    echo "error: $bad.zst was accepted" >&2
    exit 1
  fi
  echo "$bad.zst is refused: $(head -n 1 said)"
done
