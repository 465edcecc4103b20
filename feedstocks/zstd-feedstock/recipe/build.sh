#!/bin/bash
set -euo pipefail

# Nothing of this build may depend on where or when it runs.
export SOURCE_DATE_EPOCH=1675987200 TZ=UTC LC_ALL=C
flags="-O2 -g0 -fPIC -fstack-protector-strong -ffile-prefix-map=$SRC_DIR=."

launcher=()
if [ -d /home/conda/ccache ] && command -v ccache >/dev/null; then
  export CCACHE_DIR=/home/conda/ccache CCACHE_BASEDIR=$SRC_DIR CCACHE_NOHASHDIR=1
  launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
fi

case $ZSTD_THREADS in
  multi) threads=ON ;;
  single) threads=OFF ;;
  *)
    echo "error: zstd_threads is '$ZSTD_THREADS', and may be multi or single" >&2
    exit 1
    ;;
esac

cmake -S build/cmake -B build-hallmark -G Ninja "${launcher[@]}" \
  -DCMAKE_BUILD_TYPE=Release \
  -DCMAKE_INSTALL_PREFIX="$PREFIX" \
  -DCMAKE_INSTALL_LIBDIR=lib \
  -DCMAKE_INSTALL_RPATH="$PREFIX/lib" \
  -DCMAKE_C_COMPILER=gcc \
  -DCMAKE_CXX_COMPILER=g++ \
  -DCMAKE_C_FLAGS_RELEASE="$flags" \
  -DCMAKE_CXX_FLAGS_RELEASE="$flags" \
  -DZSTD_MULTITHREAD_SUPPORT="$threads" \
  -DZSTD_LEGACY_SUPPORT=ON \
  -DZSTD_BUILD_STATIC=OFF \
  -DZSTD_BUILD_TESTS=OFF \
  -DZSTD_PROGRAMS_LINK_SHARED=ON \
  -DZSTD_ZLIB_SUPPORT=OFF \
  -DZSTD_LZMA_SUPPORT=OFF \
  -DZSTD_LZ4_SUPPORT=OFF
cmake --build build-hallmark --parallel "${CPU_COUNT:-1}"
cmake --install build-hallmark --strip
