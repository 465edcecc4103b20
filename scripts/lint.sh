#!/bin/bash
# Checks the shell scripts of the repository with shellcheck, wherever they lie.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$hallmark_root"
command -v shellcheck >/dev/null || need_apt shellcheck

is_script() { [ -f "$1" ] && head -n 1 "$1" | grep -aqE '^#!.*\b(ba)?sh\b'; }

scripts=(scripts/lib.sh)
while read -r file; do
  if is_script "$file"; then scripts+=("$file"); fi
done < <(git ls-files)
shellcheck --external-sources --source-path=SCRIPTDIR "${scripts[@]}"
say "${#scripts[@]} scripts are clean"
