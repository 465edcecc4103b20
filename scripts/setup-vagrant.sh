#!/bin/bash
# Installs Vagrant, which the Windows and macOS boxes are driven with. It brings no provider: VirtualBox or libvirt is the
# user's choice, and no box: see vagrant/boxes.yaml.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
need_apt vagrant openssh-client rsync
