#!/bin/bash
# Asks Vagrant whether it accepts the Vagrantfiles. `validate-vagrant.sh [NAME…]`, all folders of vagrant/ when none is named.
# It starts nothing, downloads nothing, and keeps Vagrant's state out of the user's home. Status: 0 all are accepted, 1 not all.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

command -v vagrant >/dev/null 2>&1 || fail "there is no \`vagrant\` on PATH" "scripts/setup-vagrant.sh installs it"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export VAGRANT_HOME=$home/home VAGRANT_CHECKPOINT_DISABLE=1 VAGRANT_NO_COLOR=1

if [ "$#" = 0 ]; then
  for file in "$hallmark_root"/vagrant/*/Vagrantfile; do set -- "$@" "$(basename "$(dirname "$file")")"; done
fi
refused=0
for name in "$@"; do
  folder=$hallmark_root/vagrant/$name
  [ -f "$folder/Vagrantfile" ] || fail "there is no vagrant/$name/Vagrantfile" "there are: $(cd "$hallmark_root/vagrant" && echo */)"
  # The provider's own settings can only be checked where it is installed.
  if said=$(cd "$folder" && VAGRANT_DOTFILE_PATH=$home/$name vagrant validate --ignore-provider 2>&1); then
    say "vagrant/$name is accepted"
  else
    printf '%s\n' "$said" >&2
    say "vagrant/$name is refused"
    refused=$((refused + 1))
  fi
done
[ "$refused" = 0 ] || { printf 'error: Vagrant refuses %s of %s Vagrantfiles\n' "$refused" "$#" >&2; exit 1; }
