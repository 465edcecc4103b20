#!/bin/bash
# Makes the private Python environment `.tools/venv` with the tools named in requirements.txt. Nothing else is touched.
# A stamp holds the list's hash, so a second run takes no time and a changed list makes it anew.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

venv=$hallmark_root/.tools/venv
list=$hallmark_root/scripts/requirements.txt

python=/usr/bin/python3
[ -x "$python" ] || python=$(command -v python3 || true)
if [ -z "$python" ] || ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  need_apt python3 python3-venv
  python=/usr/bin/python3
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
  fail "Python 3.10 or later is needed, and $python is $("$python" -c 'import platform; print(platform.python_version())')" \
    "Debian 12's python3 is 3.11"

stamp=$({ cat "$list"; "$python" --version; printf '%s\n' "$venv"; } | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$venv/.stamp" 2>/dev/null || true)" = "$stamp" ]; then
  say "the Python tools are in ${venv#"$hallmark_root/"} already"
  exit 0
fi

mkdir -p "$hallmark_root/.tools"
exec 9>"$hallmark_root/.tools/.lock"
flock 9
# Another run may have made it while this one waited.
[ "$(cat "$venv/.stamp" 2>/dev/null || true)" != "$stamp" ] || exit 0

say "making the Python environment in ${venv#"$hallmark_root/"} (about 20 s, 300 MB)"
rm -rf "$venv"
"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$list" >&2 ||
  fail "pip could not install the Python tools" "its own message is above; the list is scripts/requirements.txt"
"$venv/bin/python" -c 'import rattler, rattler_build, conda_package_handling, securesystemslib, yaml, rfc3161_client' ||
  fail "the Python tools are installed and cannot be imported"
printf '%s\n' "$stamp" >"$venv/.stamp"
