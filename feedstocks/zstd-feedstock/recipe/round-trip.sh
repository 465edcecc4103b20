#!/bin/sh
# A real file there and back at several levels. PREFIX is the environment that the package is installed in.
set -eu

original=$PREFIX/bin/zstd
there=$(mktemp)
back=$(mktemp)
trap 'rm -f "$there" "$back"' EXIT

for options in -1 -3 -19 "--ultra -22" "-9 --long=24" "-5 --no-check"; do
  # shellcheck disable=SC2086  # several options in one word
  zstd -q -f $options "$original" -o "$there"
  zstd -q -t "$there"
  zstd -q -d -f "$there" -o "$back"
  cmp "$original" "$back"
  [ "$(stat -c %s "$there")" -lt "$(stat -c %s "$original")" ]
  echo "$options: $(stat -c %s "$original") bytes became $(stat -c %s "$there")"
done
