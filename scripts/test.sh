#!/bin/bash
# Sets up all that the tests use, then runs them, room by room. Nothing is skipped: what a test needs is made here.
# `test.sh [ROOM…]` runs those rooms' tests only, such as `test.sh Packaging Ledger`.
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
scripts/setup-client.sh
scripts/setup-rootless.sh
scripts/fetch-source.sh zstd >/dev/null
say "compiling (five to ten minutes from nothing)"
swift build --build-tests --explicit-target-dependency-import-check error >.cache/build-tests.log 2>&1 ||
  { grep -E 'error:' .cache/build-tests.log | sort -u | head -n 40 >&2; fail "the sources do not compile" "the whole log is .cache/build-tests.log"; }
wait "$images" || { tail -n 20 .cache/setup-images.log >&2; fail "the images could not be made" "the whole log is .cache/setup-images.log"; }

say "checking the scripts, the pages and the Vagrantfiles"
scripts/lint.sh
scripts/docs.sh
scripts/validate-vagrant.sh

export CONTAINERS_CONF=$hallmark_root/docker/containers.conf

# tell LOG COUNT: what went wrong in a room: the issues that were recorded with the lines that belong to them, or the end where it stopped without a word.
tell() {
  local lines
  lines=$(grep -aE -A 6 '✘|^error|[Ff]atal|recorded an issue' "$1" | grep -avE '^--$|^. (Test|Suite).* (started|passed)' | cut -c1-600) || true
  [ -n "$lines" ] || lines=$(tail -n "$2" "$1")
  head -n "$2" <<<"$lines"
}

# One process a room: tests of one room run side by side, and a room that keeps the cores busy lets no other room's clocks run out.
[ "$#" -gt 0 ] || mapfile -t rooms < <(cd Tests && for room in *Tests; do echo "${room%Tests}"; done)
[ "$#" = 0 ] || rooms=("$@")
passed=0 failed=()
for room in "${rooms[@]}"; do
  log=.cache/test-$room.log
  began=$SECONDS
  if swift test --skip-build --disable-xctest --filter "^${room}Tests\." >"$log" 2>&1; then status=ok; else status=FAILED; fi
  # A filter that meets no test would pass without a word.
  count=$(sed -n 's/^.*Test run with \([0-9]*\) tests\{0,1\} .*$/\1/p' "$log" | tail -n 1)
  [ -n "$count" ] && [ "$count" -gt 0 ] || status=FAILED
  printf '%-16s %-7s %4s tests, %s s\n' "$room" "$status" "${count:-0}" "$((SECONDS - began))"
  if [ "$status" = ok ]; then
    passed=$((passed + count))
  else
    failed+=("$room")
    tell "$log" 3
  fi
done
if [ "${#failed[@]}" -gt 0 ]; then
  # At the end, where a service that shows the last lines of a run shows them.
  printf '%s passed, %s rooms failed\n' "$passed" "${#failed[@]}"
  for room in "${failed[@]}"; do
    printf -- '-- %s\n' "$room"
    tell ".cache/test-$room.log" 40
  done
  fail "tests of ${failed[*]} failed" "their logs are .cache/test-ROOM.log"
fi
printf '%s passed, 0 failed\n' "$passed"
