#!/bin/bash
# Measures ours, the peer and the limit side by side. Ratios of one run say more than seconds: machines are shared and noisy.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$hallmark_root"
scripts/setup-apt.sh build run
need_apt lbzip2 gcc
scripts/setup-python.sh
make --no-print-directory build
say "packages: embed, check and inspect against cp, zstd, lbzip2 and conda's own tools"
.tools/venv/bin/python Benchmarks/packaging.py .build/release/hallmark "$@"
swift build -c release --explicit-target-dependency-import-check error --product trust-bench
say "trust: signatures and evidence against openssl speed, the ledger against pymerkle"
.tools/venv/bin/python Benchmarks/trust.py .build/release/trust-bench
say "the matrix: makespan against the lower bound and against one install after another, one more system, a gigabyte of output"
scripts/setup-images.sh debian-11 debian-12 debian-13
CONTAINERS_CONF=$hallmark_root/docker/containers.conf .tools/venv/bin/python Benchmarks/matrix.py .build/release/hallmark
say "builds: hallmark against the bare script, and a log of a million lines"
scripts/setup-images.sh >/dev/null
.tools/venv/bin/python Benchmarks/building.py .build/release/hallmark
