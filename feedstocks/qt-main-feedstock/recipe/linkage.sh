#!/bin/sh
# Every library and plugin must find what it needs, and load. PREFIX is the environment that the package is installed in.
set -eu

checked=0
bad=0
for library in "$PREFIX"/lib/libQt5*.so.5 "$PREFIX"/plugins/*/*.so; do
  [ -f "$library" ] || continue
  checked=$((checked + 1))
  said=$(ldd "$library" 2>&1 | grep -F 'not found' || true)
  if [ -z "$said" ]; then
    # Into a program that knows nothing of Qt, every symbol bound at once: the loader says on standard error what it cannot do.
    said=$(LD_BIND_NOW=1 LD_PRELOAD=$library /bin/true 2>&1) || said="$said (status $?)"
  fi
  if [ -n "$said" ]; then
    printf '%s: %s\n' "${library#"$PREFIX/"}" "$said"
    bad=$((bad + 1))
  fi
done
echo "$checked libraries and plugins were checked"
[ "$checked" -ge 10 ]
[ "$bad" = 0 ]
# It is a program as well, which says what it is.
"$PREFIX/lib/libQt5Core.so.5" | grep -F "QtCore library version Qt $PKG_VERSION"
