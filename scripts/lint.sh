#!/bin/bash
# Checks the shell scripts.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$hallmark_root"
command -v shellcheck >/dev/null || need_apt shellcheck
mapfile -t scripts < <(git ls-files | while read -r file; do head -c 64 "$file" | head -n 1 | grep -qE '^#!.*\b(ba)?sh\b' && echo "$file"; done; ls scripts/lib.sh)
shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
say "${#scripts[@]} scripts are clean"
