#!/bin/bash
# Makes the user without rights that the test of rootless builds runs as, with numbers of its own for the users inside of containers.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

user=hallmark-rootless
home=/var/lib/hallmark-rootless
need_apt uidmap fuse-overlayfs slirp4netns rootlesskit
if ! id "$user" >/dev/null 2>&1; then
  as_root useradd --create-home --home-dir "$home" --shell /bin/bash "$user"
fi
# useradd gives ranges to people and none to accounts of the system, depending on the machine's settings.
for kind in uid gid; do
  grep -q "^$user:" "/etc/sub$kind" || as_root usermod "--add-sub${kind}s" 300000-365535 "$user"
done
as_root install -d -m 700 -o "$user" "$home/run"
say "$user may run containers without root"
