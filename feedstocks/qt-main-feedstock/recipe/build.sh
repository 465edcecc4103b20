#!/bin/bash
set -euo pipefail

# Nothing of this build may depend on where or when it runs.
export SOURCE_DATE_EPOCH=1673740800 TZ=UTC LC_ALL=C.UTF-8
jobs=${CPU_COUNT:-1}

options=()
if [ -d /home/conda/ccache ] && command -v ccache >/dev/null; then
  # 1400 compilations, 170 MB: the second build takes minutes where the first took a quarter of an hour.
  export CCACHE_DIR=/home/conda/ccache CCACHE_BASEDIR=$SRC_DIR CCACHE_NOHASHDIR=1
  options+=(-ccache)
fi

case $QT_PLATFORM in
  linuxfb) options+=(-linuxfb -qpa linuxfb) ;;
  minimal) options+=(-no-linuxfb -qpa minimal) ;;
  *)
    echo "error: qt_platform is '$QT_PLATFORM', and may be linuxfb or minimal" >&2
    exit 1
    ;;
esac

# qmake writes its prefix into itself; rattler-build replaces it at installation, as it does in every other file.
mkdir build-hallmark
cd build-hallmark
../configure \
  -prefix "$PREFIX" \
  -headerdir "$PREFIX/include/qt" \
  -archdatadir "$PREFIX" \
  -datadir "$PREFIX" \
  -opensource -confirm-license -release -shared \
  -no-strip \
  -no-opengl -no-xcb -no-icu -no-glib -no-dbus -no-openssl -no-cups -no-fontconfig -no-evdev -no-libudev \
  -no-feature-sql -no-feature-testlib \
  -qt-zlib -qt-pcre -qt-libpng -qt-libjpeg -qt-freetype -qt-harfbuzz \
  -nomake examples -nomake tests \
  -no-pch -no-use-gold-linker \
  "${options[@]}"
make -j"$jobs"
make install

# A program against what was installed: headers, qmake, moc, uic and rcc must fit together. The tests run it in every system.
mkdir "$SRC_DIR/exercise"
cd "$SRC_DIR/exercise"
"$PREFIX/bin/qmake" "$RECIPE_DIR/exercise/exercise.pro"
make -j"$jobs"
strip exercise

find "$PREFIX/lib" "$PREFIX/plugins" -name '*.so*' -type f -exec strip --strip-unneeded {} +
find "$PREFIX/bin" -type f -exec sh -c 'for file; do if file -b "$file" | grep -q ^ELF; then strip "$file"; fi; done' sh {} +
find "$PREFIX" -name '*.la' -delete
if [ -d /home/conda/ccache ]; then ccache --show-stats; fi
