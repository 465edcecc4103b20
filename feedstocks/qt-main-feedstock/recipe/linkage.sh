#!/bin/sh
# Every library and plugin must find what it needs. PREFIX is the environment that the package is installed in.
set -eu

checked=0
missing=0
for library in "$PREFIX"/lib/libQt5*.so.5 "$PREFIX"/plugins/*/*.so; do
  [ -f "$library" ] || continue
  checked=$((checked + 1))
  if wanting=$(ldd "$library" 2>&1 | grep -E 'not found'); then
    printf '%s: %s\n' "${library#"$PREFIX/"}" "$wanting"
    missing=$((missing + 1))
  fi
done
echo "$checked libraries and plugins were checked"
[ "$checked" -ge 10 ]
[ "$missing" = 0 ]
