#!/bin/bash
# Installs the Debian packages that hallmark needs. `setup-apt.sh [build] [run] [check]`, all but check when nothing is named.
# Packages that are there are left alone, so a second run takes no time.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What Swift's own programs need where only its archive was unpacked, what `swift build` links, and what the scripts call.
build=(
  binutils gcc libc6-dev libncurses6 libxml2 tzdata
  ca-certificates pkg-config git make jq
  libarchive-dev libcurl4-openssl-dev libssl-dev libzstd-dev liblzma-dev libsqlite3-dev zlib1g-dev libbz2-dev
  openssl zstd unzip zip bzip2 xz-utils file
  python3 python3-venv
)

# The engine, and what makes images where none can be pulled.
run=(
  ca-certificates
  podman runc conmon netavark aardvark-dns uidmap fuse-overlayfs slirp4netns iptables
  mmdebstrap debian-archive-keyring dpkg-dev
)

# What checks the scripts and the report, the other engine, and what the tests are made of. On a machine with systemd docker.io starts
# its daemon; the tests start one of their own beside it.
check=(shellcheck chromium diffoscope-minimal docker.io wine wine64 busybox-static docker-registry procps curl openssh-client softhsm2 opensc lbzip2 golang-go golang-golang-x-mod-dev)

[ "$#" -gt 0 ] || set -- build run
wanted=()
for group in "$@"; do
  case $group in
    build) wanted+=("${build[@]}") ;;
    run) wanted+=("${run[@]}") ;;
    check) wanted+=("${check[@]}") ;;
    *) fail "there is no group of packages called \`$group\`" "the groups are: build, run, check" ;;
  esac
done
need_apt "${wanted[@]}"
