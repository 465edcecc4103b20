#!/bin/bash
# The main job from beginning to end on real input, into .demo/. A second run continues where the first one is: what is done is not done again.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$hallmark_root"

feedstock=${HALLMARK_DEMO_FEEDSTOCK:-zstd}
demo=$hallmark_root/${HALLMARK_DEMO_FOLDER:-.demo}
program=${HALLMARK_DEMO_PROGRAM:-}
mkdir -p "$demo" .cache
started=$SECONDS

# ---- what the demonstration stands on -------------------------------------------------------------------------------------------
command -v swift >/dev/null || fail "swift is not on PATH" "install Swift 6.3, the one thing that is not set up here"
scripts/setup-apt.sh build run
scripts/setup-python.sh
say "making the images beside the compilation (log: .cache/setup-images.log)"
scripts/setup-images.sh >.cache/setup-images.log 2>&1 &
images=$!
make --no-print-directory build
wait "$images" || { tail -n 20 .cache/setup-images.log >&2; fail "the images could not be made" "the whole log is .cache/setup-images.log"; }
scripts/make-feedstock.sh "$feedstock" "$demo/$feedstock-feedstock"

hallmark=$hallmark_root/.build/release/hallmark
export CONTAINERS_CONF=$hallmark_root/docker/containers.conf
export HALLMARK_PYTHON=$hallmark_root/.tools/venv/bin/python
export HALLMARK_WORKSPACE=$demo/workspace
export RATTLER_CACHE_DIR=$demo/cache

# step TITLE: what comes next, as a person would say it.
step() { printf '\n\033[1m%s\033[0m\n' "── $* " >&2; }
# run COMMAND…: shows the command as one would type it, then does it.
run() {
  local shown=$*
  shown=${shown//$hallmark/hallmark}
  printf '$ %s\n' "${shown//$demo/.demo}" >&2
  "$@"
}

# ---- the people: made up for the demonstration, their keys are real -------------------------------------------------------------
step "People and their keys"
keys=$demo/keys
mkdir -p "$keys"
chmod 700 "$keys"
for person in ada grace carol ledger; do
  [ -f "$keys/$person" ] && continue
  # A passphrase that nobody knows and nobody needs to: these people live in .demo only.
  (umask 077 && openssl rand -hex 16 >"$keys/$person.passphrase")
  if [ "$person" = ledger ]; then kind=--ledger; else kind=; fi
  # shellcheck disable=SC2086
  run "$hallmark" key new $kind "$keys/$person" --passphrase-file "$keys/$person.passphrase"
done
as() { # as PERSON COMMAND…: with that person's key
  local person=$1
  shift
  run "$@" --key "$keys/$person" --passphrase-file "$keys/$person.passphrase"
}

# ---- the channel -------------------------------------------------------------------------------------------------------------------
step "A channel on this machine"
server_data=$demo/channel
roster=$demo/roster
if [ ! -f "$server_data/port" ]; then
  rm -rf "$server_data"
  run "$hallmark-channel" init --data "$server_data" --owner demo --staging demo-staging --user ada --output "$feedstock=$feedstock"
fi
step "The roster: who may do what"
if [ ! -f "$roster/1.json" ]; then
  as carol "$hallmark" roster init --roster "$roster" --channel demo --core carol="$keys/carol.pub.pem"
  as carol "$hallmark" roster grant --roster "$roster" --person ada --public-key "$keys/ada.pub.pem" --role builder --package "$feedstock" --subdir linux-64 \
    --reference "conda-forge/$feedstock-feedstock#1"
  as carol "$hallmark" roster grant --roster "$roster" --person grace --public-key "$keys/grace.pub.pem" --role reviewer --role promoter --package '*'
fi
pin=$("$hallmark" roster show --roster "$roster" --format json | jq -r .pin)
run "$hallmark" roster show --roster "$roster" --roster-pin "$pin"
