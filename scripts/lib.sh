# shellcheck shell=bash
# What the set-up scripts share. Source it; it runs nothing by itself.

# shellcheck disable=SC2034  # for those who source this
hallmark_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Says what is being done, on standard error: standard output is for data.
say() { printf '==> %s\n' "$*" >&2; }

# fail MESSAGE [HINT]: says why it cannot go on and what the reader can do, then leaves with 2 ("could not find out").
fail() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2
  exit 2
}

# as_root COMMAND…: runs it as root, straight away or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo -- "$@"
  else
    fail "only root may do this, and there is no sudo: $*" "run this script as root"
  fi
}

# need_apt PACKAGE…: installs the packages that are missing. With none missing it touches neither apt nor the network.
need_apt() {
  local package missing=()
  command -v dpkg-query >/dev/null 2>&1 ||
    fail "this machine has no dpkg, so these packages cannot be installed: $*" "install their counterparts by hand; only Debian 12 is tried"
  for package in "$@"; do
    # shellcheck disable=SC2016  # dpkg-query expands the field, not the shell
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
  done
  if [ "${#missing[@]}" = 0 ]; then
    say "all $# packages are installed already"
    return 0
  fi
  say "installing ${#missing[@]} of $# packages: ${missing[*]}"
  # A foreign source that cannot be reached is no reason to stop: the install below says whether anything is wanting.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 update >&2 ||
    say "apt-get update failed in part; trying to install all the same"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends \
    "${missing[@]}" >&2 || fail "apt-get could not install: ${missing[*]}" "its own message is above"
}

# apt_archive: prints the base URI of the Debian archive that this machine's own apt configuration uses.
apt_archive() {
  local codename uri
  if [ -n "${HALLMARK_APT_ARCHIVE-}" ]; then
    printf '%s\n' "${HALLMARK_APT_ARCHIVE%/}"
    return 0
  fi
  # shellcheck disable=SC1091
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME-}")
  # shellcheck disable=SC2016  # apt-get expands the fields, not the shell
  uri=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk -v codename="$codename" '($1 == codename || $1 == "stable") && $2 == "main" { print $3; exit }')
  [ -n "$uri" ] ||
    fail "apt's configuration names no Debian archive for \`${codename:-this release}\`" "set HALLMARK_APT_ARCHIVE to the base URI of one"
  printf '%s\n' "${uri%/}"
}
