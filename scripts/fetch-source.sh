#!/bin/bash
# Gets the source of a demonstration feedstock from Debian's source archive into `.cache/sources`, and checks it against the
# sha256 in the recipe. `fetch-source.sh NAME…` with NAME as in feedstocks/NAME-feedstock; prints the path of each file.
#
# apt is given a configuration of its own in a scratch folder: /etc/apt and apt's state are neither read for sources nor
# changed. A file that is there with the right sha256 is not fetched again.
#
#   HALLMARK_APT_ARCHIVE   base URI of a Debian archive; this machine's own apt configuration when unset
#   HALLMARK_SOURCE_SUITE  the release whose sources are meant (bookworm)
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

suite=${HALLMARK_SOURCE_SUITE:-bookworm}
cache=$hallmark_root/.cache/sources
scratch=
trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT

matches() { printf '%s  %s\n' "$2" "$1" | sha256sum --check --status 2>/dev/null; }

# prepare_apt: makes the private configuration and reads the archive's list of sources, once a run.
prepare_apt() {
  [ -z "$scratch" ] || return 0
  local archive keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  need_apt debian-archive-keyring dpkg-dev
  archive=$(apt_archive)
  scratch=$(mktemp -d)
  chmod 755 "$scratch"
  mkdir -p "$scratch"/{state/lists/partial,cache/archives/partial,sources}
  : >"$scratch/status"
  printf 'deb-src [signed-by=%s] %s %s main\n' "$keyring" "$archive" "$suite" >"$scratch/sources.list"
  apt_options=(
    -q
    -o "Dir::Etc::SourceList=$scratch/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o "Dir::State=$scratch/state" -o "Dir::State::status=$scratch/status" -o "Dir::Cache=$scratch/cache"
    -o APT::Sandbox::User=root -o Acquire::Languages=none
  )
  say "reading the list of $suite's sources"
  apt-get "${apt_options[@]}" update >"$scratch/log" 2>&1 || {
    cat "$scratch/log" >&2
    fail "apt could not read the list of $suite's sources" "its own message is above"
  }
}

fetch() { # NAME
  local recipe=$hallmark_root/feedstocks/$1-feedstock/recipe/recipe.yaml file sha256 package
  [ -f "$recipe" ] || fail "there is no feedstock \`$1\`" "there are: $(cd "$hallmark_root/feedstocks" && echo *-feedstock | sed 's/-feedstock//g')"
  file=$(sed -n 's|^ *-\{0,1\} *path: .*/src_cache/\([^ /]*\)$|\1|p' "$recipe")
  sha256=$(sed -n 's/^ *sha256: \([0-9a-f]\{64\}\)$/\1/p' "$recipe")
  if [ -z "$file" ] || [ -z "$sha256" ]; then
    fail "the recipe of \`$1\` does not say which file it is made from" "it needs \`path: …/src_cache/FILE\` and \`sha256:\`"
  fi
  if matches "$cache/$file" "$sha256"; then
    say "$file is there already"
  else
    package=${file%%_*}
    mkdir -p "$cache"
    prepare_apt
    say "fetching $file"
    (cd "$scratch/sources" && apt-get "${apt_options[@]}" source --download-only --tar-only "$package") >"$scratch/log" 2>&1 || {
      cat "$scratch/log" >&2
      fail "apt could not fetch the source \`$package\` of $suite" "its own message is above"
    }
    [ -f "$scratch/sources/$file" ] ||
      fail "$suite's \`$package\` is $(cd "$scratch/sources" && echo "$package"_*), and the recipe wants $file" "change the version and the sha256 in the recipe"
    matches "$scratch/sources/$file" "$sha256" ||
      fail "the sha256 of $file is $(sha256sum "$scratch/sources/$file" | cut -d ' ' -f 1), and the recipe says $sha256"
    mv "$scratch/sources/$file" "$cache/$file"
  fi
  printf '%s\n' "$cache/$file"
}

[ "$#" -gt 0 ] || fail "no feedstock is named" "fetch-source.sh NAME…, for example: fetch-source.sh zstd"
for name in "$@"; do fetch "$name"; done
