#!/bin/bash
# Sets up all that the tests use, then runs them. Nothing is skipped: what a test needs is made here.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$hallmark_root"
mkdir -p .cache

command -v swift >/dev/null || fail "swift is not on PATH" "install Swift 6.3, the one thing that is not set up here"
scripts/setup-apt.sh build run check
scripts/setup-python.sh

# The images are mostly waiting for the archive, the compiler for the cores: they are made at the same time.
say "making the test images beside the compilation (log: .cache/setup-images.log)"
scripts/setup-images.sh >.cache/setup-images.log 2>&1 &
images=$!
scripts/setup-vagrant.sh
say "compiling (about five minutes from nothing)"
swift build --build-tests --explicit-target-dependency-import-check error 2>&1 | grep -vE '^\[[0-9]+/[0-9]+\]' || true
[ "${PIPESTATUS[0]}" = 0 ] || fail "the sources do not compile" "the compiler's message is above"
wait "$images" || { tail -n 20 .cache/setup-images.log >&2; fail "the test images could not be made" "the whole log is .cache/setup-images.log"; }

say "checking the scripts and the Vagrantfiles"
scripts/lint.sh
scripts/validate-vagrant.sh

say "running the tests"
export CONTAINERS_CONF=$hallmark_root/docker/containers.conf
# XCTest finds nothing here, and its "0 tests" would only confuse.
swift test --skip-build --disable-xctest "$@"
