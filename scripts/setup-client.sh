#!/bin/bash
# Makes `.tools/client`, the conda client that `hallmark matrix run --install per-cell` brings into cells: py-rattler with a
# portable Python, which needs nothing of a system but a glibc of 2.17 or later. `setup-client.sh`, no arguments.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

client=$hallmark_root/.tools/client
wheels=$hallmark_root/.cache/images/wheels
python=backend-ai-krunner-static-gnu==4.4.0
rattler=$(grep '^py-rattler==' "$hallmark_root/scripts/requirements.txt")
certificates=$(grep '^certifi==' "$hallmark_root/scripts/requirements.txt" || echo certifi)

stamp=$(printf '%s\n' "$python" "$rattler" "$certificates" 1 | sha256sum | cut -d ' ' -f 1)
if [ "$(cat "$client/.stamp" 2>/dev/null || true)" = "$stamp" ]; then
  say "the client for cells is in ${client#"$hallmark_root/"} already"
  exit 0
fi
need_apt unzip xz-utils
"$hallmark_root/scripts/setup-python.sh"
pip=$hallmark_root/.tools/venv/bin/pip

say "making the client for cells in ${client#"$hallmark_root/"} (about 20 s, 200 MB)"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$wheels" "$scratch/client"
"$pip" download --quiet --disable-pip-version-check --no-deps --dest "$wheels" "$python" >&2
unzip -q -o -d "$scratch/wheel" "$wheels"/backend_ai_krunner_static_gnu-4.4.0-*.whl '*krunner-env.static-gnu.x86_64.tar.xz'
archive=$(find "$scratch/wheel" -name '*.tar.xz')
tar -x -f "$archive" -C "$scratch/client" --no-same-owner
"$pip" install --quiet --disable-pip-version-check --no-deps --target "$scratch/client/lib/python3.13/site-packages" --only-binary=:all: \
  --python-version 3.13 --implementation cp --abi cp313 --abi abi3 --abi none \
  --platform manylinux2014_x86_64 --platform manylinux_2_17_x86_64 "$rattler" "$certificates" >&2
chmod -R a+rX "$scratch/client"
"$scratch/client/bin/python3" -I -c 'import rattler, certifi' || fail "the client was made and does not start"
printf '%s\n' "$stamp" >"$scratch/client/.stamp"
rm -rf "$client"
mkdir -p "$(dirname "$client")"
mv "$scratch/client" "$client"
chmod 755 "$client"
