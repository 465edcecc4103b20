#!/bin/bash
# Makes the local images that images.yaml names, from Debian's packages, on machines where nothing can be pulled.
#
#   make-images.sh [--force] [NAME…]    all that have a `local` name when none is given
#
# An image carries the hash of its recipe as a label; one that is there with the right hash is left alone. Root file
# systems are kept in `.cache/images`, so an image that was removed comes back in seconds.
#
#   DOCKER_EXECUTABLE     podman (default) or docker
#   HALLMARK_APT_ARCHIVE  base URI of a Debian archive; this machine's own apt configuration when unset
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

folder=$hallmark_root/docker
cache=$hallmark_root/.cache/images
engine=${DOCKER_EXECUTABLE:-podman}
force=false
if [ "${1-}" = --force ]; then
  force=true
  shift
fi

command -v "$engine" >/dev/null 2>&1 || fail "there is no container engine \`$engine\` on PATH" "scripts/setup-apt.sh run installs podman"
if [ "$(basename "$engine")" = podman ]; then export CONTAINERS_CONF=${CONTAINERS_CONF:-$folder/containers.conf}; fi
"$engine" info >/dev/null || fail "\`$engine info\` failed, so the engine cannot be used" "its own message is above"

# local_name NAME: the image that images.yaml wants made, empty when it says null.
local_name() {
  awk -v name="$1" '
    $1 == "-" && $2 == "name:" { current = $3 }
    current == name && $1 == "local:" && $2 != "null" { print $2; exit }
  ' "$folder/images.yaml"
}

# suite_of NAME: Debian's word for it.
suite_of() {
  case $1 in
    debian-11) echo bullseye ;;
    debian-12 | debian-12-aarch64) echo bookworm ;;
    debian-13) echo trixie ;;
    debian-testing) echo forky ;;
    debian-sid) echo sid ;;
    *) return 1 ;;
  esac
}

# What an image is made of, as text: its hash decides whether one that is there still fits. The number is this script's
# version of the recipe; raise it when the functions below change what they make.
recipe_of() {
  case $1 in
    debian-*) printf 'debian %s 1\n' "$1" ;;
    musl) printf 'musl 1\n' ;;
    builder)
      printf 'builder 1\n'
      recipe_of debian-11
      cat "$folder/builder.Containerfile" "$folder/builder-entrypoint" "$folder/builder-requirements.txt"
      ;;
  esac
}
hash_of() { recipe_of "$1" | sha256sum | cut -c 1-16; }

label_of() {
  "$engine" image inspect --format '{{index .Config.Labels "org.conda-hallmark.recipe"}}' "$1" 2>/dev/null || true
}

import() { # TAR IMAGE HASH [OPTION…]
  "$engine" import "${@:4}" \
    --change "LABEL org.conda-hallmark.recipe=$3" \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'CMD ["/bin/sh"]' \
    "$1" "$2" >/dev/null
}

make_debian() { # NAME IMAGE HASH
  local suite archive tar=$cache/$1-$3.tar options=() platform=()
  archive=$(apt_archive)
  suite=$(suite_of "$1")
  case $1 in
    *-aarch64)
      options+=(--architectures=arm64)
      if [ "$(basename "$engine")" = podman ]; then platform=(--arch arm64); else platform=(--platform linux/arm64); fi
      foreign_programs
      ;;
  esac
  if [ ! -f "$tar" ]; then
    # An archive that is frozen at some day holds a list of sid that has expired since.
    if [ "$suite" = sid ] || [ "$suite" = forky ]; then options+=(--aptopt='Acquire::Check-Valid-Until "false"'); fi
    mmdebstrap --quiet --format=tar --variant=minbase "${options[@]}" \
      --dpkgopt='path-exclude=/usr/share/man/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' \
      --dpkgopt='path-exclude=/usr/share/doc/*' \
      --dpkgopt='path-include=/usr/share/doc/*/copyright' \
      "$suite" "$tar.part" "$archive"
    mv "$tar.part" "$tar"
  fi
  import "$tar" "$2" "$3" "${platform[@]}"
}

# Lets this machine run programs of ARM by qemu, for as long as it is up.
foreign_programs() {
  [ "$(uname -m)" != aarch64 ] || return 0
  need_apt qemu-user-static binfmt-support arch-test
  if [ ! -e /proc/sys/fs/binfmt_misc/register ]; then as_root mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc; fi
  [ -e /proc/sys/fs/binfmt_misc/qemu-aarch64 ] || as_root update-binfmts --enable qemu-aarch64
}

make_musl() { # NAME IMAGE HASH
  local tar=$cache/$1-$3.tar scratch
  if [ ! -f "$tar" ]; then
    scratch=$(mktemp -d "$cache/musl.XXXXXX")
    # Only unpacked, never configured: no glibc comes with these two packages.
    mmdebstrap --quiet --variant=extract --include=musl,busybox-static trixie "$scratch/packages.tar" "$(apt_archive)"
    mkdir -p "$scratch/packages" "$scratch/root"
    tar -x -f "$scratch/packages.tar" -C "$scratch/packages" --exclude='./dev/*'
    compose_musl "$scratch/packages" "$scratch/root"
    tar -c -f "$tar.part" -C "$scratch/root" --sort=name --owner=0 --group=0 --numeric-owner .
    mv "$tar.part" "$tar"
    rm -rf "$scratch"
  fi
  import "$tar" "$2" "$3"
}

compose_musl() { # PACKAGES ROOT
  local applet root=$2
  mkdir -p "$root"/{bin,dev,etc,home,lib,opt,proc,root,run,sys,tmp,usr/bin,usr/lib,usr/share/doc/musl,usr/share/doc/busybox,var/tmp}
  chmod 1777 "$root/tmp" "$root/var/tmp"
  cp "$1/usr/bin/busybox" "$root/bin/busybox"
  cp "$1/usr/lib/x86_64-linux-musl/libc.so" "$root/lib/ld-musl-x86_64.so.1"
  cp "$1/usr/share/doc/musl/copyright" "$root/usr/share/doc/musl/" 2>/dev/null || true
  cp "$1/usr/share/doc/busybox-static/copyright" "$root/usr/share/doc/busybox/" 2>/dev/null || true
  for applet in $("$root/bin/busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
  done
  ln -s /bin/env "$root/usr/bin/env"
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf '/lib:/usr/lib\n' >"$root/etc/ld-musl-x86_64.path"
  cat >"$root/etc/os-release" <<'RELEASE'
ID=hallmark-musl
NAME="musl userland"
VERSION_ID=1.2
PRETTY_NAME="musl and BusyBox from Debian's packages, put together by hallmark; this is not Alpine Linux"
RELEASE
}

make_builder() { # NAME IMAGE HASH
  local pip=$hallmark_root/.tools/venv/bin/pip context archive
  "$hallmark_root/scripts/setup-python.sh"
  context=$(mktemp -d "$cache/builder.XXXXXX")
  mkdir -p "$cache/wheels" "$context/python" "$context/site-packages"
  "$pip" download --quiet --disable-pip-version-check --no-deps --dest "$cache/wheels" backend-ai-krunner-static-gnu==4.4.0
  unzip -q -o -d "$context/wheel" "$cache"/wheels/backend_ai_krunner_static_gnu-4.4.0-*.whl '*krunner-env.static-gnu.x86_64.tar.xz'
  archive=$(find "$context/wheel" -name '*.tar.xz')
  tar -x -f "$archive" -C "$context/python" --no-same-owner
  rm -rf "$context/wheel"
  "$pip" install --quiet --disable-pip-version-check --no-deps --target "$context/site-packages" --only-binary=:all: \
    --python-version 3.13 --implementation cp --abi cp313 --abi abi3 --abi none \
    --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 \
    --requirement "$folder/builder-requirements.txt"
  chmod -R a+rX "$context"
  cp "$folder/builder-entrypoint" "$context/"
  # The host's network: a bridge needs rights that a container's root need not have.
  "$engine" build --quiet --network=host --build-arg BASE="$(local_name debian-11)" --label "org.conda-hallmark.recipe=$3" \
    --file "$folder/builder.Containerfile" --tag "$2" "$context"
  rm -rf "$context"
}

make_image() { # NAME
  local name=$1 image hash started=$SECONDS size
  image=$(local_name "$name")
  hash=$(hash_of "$name")
  if [ "$force" = false ] && [ "$(label_of "$image")" = "$hash" ]; then
    say "$image is there already"
    return 0
  fi
  say "making $image"
  # A process of its own: errexit is off in whatever a condition calls, subshells included.
  if ! "$folder/make-images.sh" --recipe "$name" "$image" "$hash" >"$cache/$name.log" 2>&1; then
    tail -n 15 "$cache/$name.log" >&2
    say "$image could not be made; the whole log is .cache/images/$name.log"
    return 1
  fi
  size=$("$engine" image inspect --format '{{.Size}}' "$image")
  say "made $image in $((SECONDS - started)) s ($((size / 1000000)) MB)"
}

# Two at a time: each uses a core and the network.
make_all() {
  local name running=0 failed=0
  for name in "$@"; do
    if [ "$running" = 2 ]; then
      wait -n || failed=$((failed + 1))
      running=$((running - 1))
    fi
    make_image "$name" &
    running=$((running + 1))
  done
  while [ "$running" -gt 0 ]; do
    wait -n || failed=$((failed + 1))
    running=$((running - 1))
  done
  return "$failed"
}

if [ "${1-}" = --recipe ]; then
  # The script's own call: the lock is held and the log is open.
  case $2 in
    debian-*) make_debian "$2" "$3" "$4" ;;
    musl) make_musl "$2" "$3" "$4" ;;
    builder) make_builder "$2" "$3" "$4" ;;
  esac
  exit
fi

known=(debian-11 builder debian-12 debian-13 debian-testing debian-sid musl debian-12-aarch64)
wanted=()
[ "$#" -gt 0 ] || set -- "${known[@]}"
for name in "$@"; do
  [[ " ${known[*]} " == *" $name "* ]] || fail "no recipe makes an image called \`$name\`" "there are: ${known[*]}"
  wanted+=("$name")
done

mkdir -p "$cache"
exec 9>"$cache/.lock"
flock -n 9 || { say "another run is making images; waiting for it"; flock 9; }

missing=()
for name in "${wanted[@]}"; do
  # An image outlives a restart of the machine; what runs its programs does not.
  if [ "$name" = debian-12-aarch64 ]; then foreign_programs; fi
  if [ "$force" = true ] || [ "$(label_of "$(local_name "$name")")" != "$(hash_of "$name")" ]; then missing+=("$name"); fi
done
if [ "${#missing[@]}" = 0 ]; then
  say "all ${#wanted[@]} images are there already"
  exit 0
fi
need_apt mmdebstrap debian-archive-keyring unzip xz-utils

first=()
rest=()
for name in "${missing[@]}"; do
  case $name in
    debian-11) first=(debian-11) ;;
    builder)
      # The builder stands on it.
      [ "$(label_of "$(local_name debian-11)")" = "$(hash_of debian-11)" ] || first=(debian-11)
      rest+=(builder)
      ;;
    *) rest+=("$name") ;;
  esac
done
failed=0
if [ "${#first[@]}" -gt 0 ]; then
  make_all "${first[@]}" || fail "the image that the builder stands on could not be made" "its log is .cache/images/debian-11.log"
fi
if [ "${#rest[@]}" -gt 0 ]; then make_all "${rest[@]}" || failed=$?; fi
[ "$failed" = 0 ] || fail "$failed of ${#missing[@]} images could not be made" "the logs are in .cache/images"
