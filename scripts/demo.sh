#!/bin/bash
# The main job from beginning to end on real input, into .demo/. A second run goes on where the first one is: what is done is not done again.
#
# HALLMARK_DEMO_FEEDSTOCK names another feedstock of feedstocks/, HALLMARK_DEMO_FOLDER another folder.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$hallmark_root"

feedstock=${HALLMARK_DEMO_FEEDSTOCK:-zstd}
folder=${HALLMARK_DEMO_FOLDER:-.demo}
demo=$hallmark_root/$folder
mkdir -p "$demo" .cache
started=$SECONDS

# ---- what the demonstration stands on ------------------------------------------------------------------------------
command -v swift >/dev/null || fail "swift is not on PATH" "install Swift 6.3, the one thing that is not set up here"
scripts/setup-apt.sh build run
scripts/setup-python.sh
say "making the images beside the compilation (log: .cache/setup-images.log)"
scripts/setup-images.sh builder debian-11 debian-12 debian-13 debian-sid musl >.cache/setup-images.log 2>&1 &
images=$!
make --no-print-directory build
wait "$images" || { tail -n 20 .cache/setup-images.log >&2; fail "the images could not be made" "the whole log is .cache/setup-images.log"; }
scripts/make-feedstock.sh "$feedstock" "$demo/$feedstock-feedstock" >/dev/null

hallmark=$hallmark_root/.build/release/hallmark
channel=$hallmark_root/.build/release/hallmark-channel
export CONTAINERS_CONF=$hallmark_root/docker/containers.conf
export HALLMARK_PYTHON=$hallmark_root/.tools/venv/bin/python
export HALLMARK_VAGRANT=$hallmark_root/vagrant
export HALLMARK_WORKSPACE=$demo/workspace
export HALLMARK_CACHE=$demo/cache

# step TITLE: what comes next, as a person would say it.
step() { printf '\n── %s\n' "$*" >&2; }

# run COMMAND…: shows the command as one would type it, then does it.
run() {
  local shown="$*"
  shown=${shown//$channel/hallmark-channel}
  shown=${shown//$hallmark/hallmark}
  printf '$ %s\n' "${shown//$hallmark_root\//}" >&2
  "$@"
}

# ---- people: made up for the demonstration, their keys are real ----------------------------------------------------
step "People and their keys: Ada builds, Grace reviews, Carol is a core member"
keys=$demo/keys
mkdir -p "$keys"
chmod 700 "$keys"
for person in ada grace carol ledger; do
  [ ! -f "$keys/$person" ] || continue
  # These people live in .demo only, so their passphrases may lie beside their keys.
  (umask 077 && openssl rand -hex 16 >"$keys/$person.passphrase")
  kind=()
  [ "$person" != ledger ] || kind=(--ledger)
  run "$hallmark" key new "$keys/$person" "${kind[@]}" --passphrase-file "$keys/$person.passphrase"
done
as() { # as PERSON COMMAND…: with that person's key
  local person=$1
  shift
  run "$@" --key "$keys/$person" --passphrase-file "$keys/$person.passphrase"
}

# ---- the channel ----------------------------------------------------------------------------------------------------
step "A channel on this machine, with tokens that it makes"
data=$demo/channel
[ -f "$demo/port" ] || "$HALLMARK_PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])' >"$demo/port"
port=$(cat "$demo/port")
server=http://127.0.0.1:$port
tokens=$data/tokens
run "$channel" init --data "$data" --owner demo --staging demo-staging
run "$channel" output --data "$data" --feedstock "$feedstock" "$feedstock"
[ -f "$tokens/$feedstock.feedstock.token" ] || run "$channel" feedstock-token --data "$data" --feedstock "$feedstock"

step "The ledger, and the roster: who may do what"
ledger=$demo/ledger
roster=$demo/roster
export HALLMARK_LEDGER=$ledger HALLMARK_LEDGER_KEY=$keys/ledger HALLMARK_LEDGER_PASSPHRASE_FILE=$keys/ledger.passphrase
[ -f "$demo/ledger.vkey" ] || { run "$hallmark" log init "$ledger" --origin "$feedstock.demo.invalid/manual-builds" >"$demo/ledger.vkey.part" && mv "$demo/ledger.vkey.part" "$demo/ledger.vkey"; }
if [ ! -f "$demo/roster.pin" ]; then
  rm -rf "$roster"
  as carol "$hallmark" roster init "$roster" --channel "$server/demo" --core "carol=$keys/carol.pub.pem" --log-key "$(cat "$demo/ledger.vkey")" \
    --require-cell debian-11_linux-64=passed --require-cell debian-12_linux-64=passed --require-cell debian-13_linux-64=passed --require-cell debian-sid_linux-64=passed \
    --require-cell musl_linux-64=uninstallable >"$demo/roster.pin.part"
  mv "$demo/roster.pin.part" "$demo/roster.pin"
fi
pin=$(cat "$demo/roster.pin")
export HALLMARK_ROSTER=$roster HALLMARK_ROSTER_PIN=$pin
if [ ! -f "$roster/2.json" ]; then
  as carol "$hallmark" roster grant --person ada --public-key "$keys/ada.pub.pem" --role builder --package "$feedstock" --subdir linux-64 \
    --reference "conda-forge/$feedstock-feedstock#1"
fi
if [ ! -f "$roster/3.json" ]; then
  as carol "$hallmark" roster grant --person grace --public-key "$keys/grace.pub.pem" --role reviewer --role promoter --package '*'
fi
run "$hallmark" roster show >&2

"$channel" serve --data "$data" --port "$port" --ready-file "$demo/ready" --roster "$roster" --roster-pin "$pin" 2>>"$demo/channel.log" &
serving=$!
# The server is ours: it ends with us, however we end.
trap 'kill "$serving" 2>/dev/null || true; wait "$serving" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  [ ! -s "$demo/ready" ] || break
  kill -0 "$serving" 2>/dev/null || fail "the channel server did not start: $(tail -n 1 "$demo/channel.log")" "is the port $port in use? remove $folder to begin anew"
  sleep 0.1
done
say "the channel serves at $server"

# ---- the build ------------------------------------------------------------------------------------------------------
step "Open the feedstock"
run "$hallmark" open "$demo/$feedstock-feedstock" --reason time --pull-request "https://github.com/conda-forge/$feedstock-feedstock/pull/1" \
  --enabled-by carol --roster "$roster" --roster-pin "$pin" --ledger "$ledger" --ledger-key "$keys/ledger" --server "$server" --owner demo \
  --staging demo-staging >&2

step "Everything that would otherwise fail after hours"
run "$hallmark" doctor --disk 3 --output-registry "$data/registry" >&2
run "$hallmark" guide manual-build --answers "$hallmark_root/scripts/demo-answers.yaml" --person ada --through plan --disk 3 --output-registry "$data/registry" >&2

# is_built: whether the journal says so of every variant.
is_built() { "$hallmark" status --format json 2>/dev/null | jq -e '[.variants[].status] | length > 0 and all(. == "built")' >/dev/null; }

# compiled: how many files the build that is under way has compiled so far.
compiled() { cat "$HALLMARK_WORKSPACE"/builds/*/attempt-*/build.log 2>/dev/null | grep -c -- ' -c ' || true; }

# leave_build SIGNAL COUNT COMMAND…: begins the build, or takes it up, and sends the program SIGNAL once COUNT files are compiled.
leave_build() {
  local signal=$1 count=$2 watched
  shift 2
  run "$@" >&2 &
  watched=$!
  while kill -0 "$watched" 2>/dev/null; do
    if [ "$(compiled)" -ge "$count" ]; then
      say "$(date -u +%H:%M:%S) $(compiled) files are compiled: sending $signal to the program"
      # `run` is a subshell here, and the program its child.
      pkill "-$signal" -P "$watched" || true
      break
    fi
    sleep 2
  done
  wait "$watched" || say "it ended with $?"
}

if [ "$feedstock" = qt-main ] && ! is_built; then
  step "Build in containers, and let go of it: Ctrl-C leaves the container running"
  leave_build INT 150 "$hallmark" build --ccache "$demo/ccache"
  run podman ps --filter "label=org.conda-hallmark.workspace" --format '{{.Names}}  {{.Status}}' >&2
  step "Take it up from where it is, and kill the program without any warning"
  leave_build KILL 500 "$hallmark" build --ccache "$demo/ccache"
  run podman ps --filter "label=org.conda-hallmark.workspace" --format '{{.Names}}  {{.Status}}' >&2
  step "Take it up again, to the end"
else
  step "Build in containers"
fi
run "$hallmark" build --ccache "$demo/ccache" >&2

if [ "$feedstock" = qt-main ]; then
  step "The same once more into another workspace, with what the compiler cache has kept"
  warm=$demo/warm
  if [ ! -f "$warm/workspace.json" ]; then
    run "$hallmark" open "$demo/$feedstock-feedstock" --workspace "$warm" --reason time >&2
  fi
  HALLMARK_WORKSPACE=$warm run "$hallmark" build --ccache "$demo/ccache" >&2
  HALLMARK_WORKSPACE=$warm run "$hallmark" report >&2
fi

step "Embed the recipe"
run "$hallmark" embed >&2

step "Test on the matrix, from the artifacts' bytes alone"
run "$hallmark" matrix plan 2>/dev/null >&2
run "$hallmark" matrix run >&2

step "Write the audit record and sign"
as ada "$hallmark" sign >&2
for artifact in "$demo"/workspace/artifacts/*/*.conda; do
  run openssl dgst -sha256 -verify "$keys/ada.pub.pem" -signature "$artifact.sig" "$artifact" >&2
done

step "Upload under the label manual: staging, validation and copy by the server"
run "$hallmark" upload --upload-token-file "$tokens/demo-staging.upload.token" --token-file "$tokens/demo.evidence.token" \
  --feedstock-token-file "$tokens/$feedstock.feedstock.token" >&2

step "Test again as CI does: a fresh folder, the downloaded bytes, and nothing else"
if "$hallmark" status --format json 2>/dev/null | jq -e '[.artifacts[].stage] | all(. == "retested" or . == "reviewed" or . == "promoted")' >/dev/null; then
  say "done before"
else
  run "$hallmark" retest --subdir linux-64 >&2
fi

step "Verify one downloaded artifact, as a reviewer would"
downloaded=$(find "$demo"/workspace/retests -type f -name '*.conda' | sort | tail -n 1)
run "$hallmark" verify "$downloaded" --target "$server/demo/label/manual" >&2

step "Nothing reaches main unproven: without a second person's review the server refuses"
if run "$hallmark" promote "$downloaded" --token-file "$tokens/demo.promote.token" >&2; then
  fail "the server promoted an artifact that nobody had reviewed"
fi

step "A real conda client installs from the label and runs the program"
prefix=$demo/installed
rm -rf "$prefix" "$prefix.cache"
run "$HALLMARK_PYTHON" scripts/install-from-channel.py "$server/demo/label/manual" "$feedstock" "$prefix" >&2
case $feedstock in
  zstd) run "$prefix/bin/zstd" --version >&2 ;;
  qt-main) run "$prefix/bin/qmake" -query QT_VERSION >&2 ;;
esac

step "Report"
run "$hallmark" guide manual-build --answers "$hallmark_root/scripts/demo-answers.yaml" --person ada --through upload --disk 3 --output-registry "$data/registry" >&2
run "$hallmark" report --summary "$demo/summary.json" --public-key "$keys/ada.pub.pem" --public-key "$keys/grace.pub.pem" --public-key "$keys/carol.pub.pem" >&2
run "$hallmark" status >&2

cat >&2 <<END

── Done in $((SECONDS - started)) s. Everything is in $folder/:

  artifacts and their evidence   $(cd "$demo" && echo workspace/artifacts/linux-64)
  report                         workspace/report.html
  build logs                     workspace/builds/*/attempt-*/build.log.zst (zstdcat)
  matrix, a cell each            workspace/matrix/*/*.json
  channel                        $server/demo/label/manual

A reviewer would type next (the server has stopped; the first line starts it again):

  export HALLMARK_ROSTER=$folder/roster HALLMARK_ROSTER_PIN=$pin HALLMARK_WORKSPACE=$folder/workspace
  .build/release/hallmark-channel serve --data $folder/channel --port $port --roster $folder/roster --roster-pin $pin &
  .build/release/hallmark review ${downloaded#"$hallmark_root"/} --key $folder/keys/grace --passphrase-file $folder/keys/grace.passphrase \\
    --ledger $folder/ledger --ledger-key $folder/keys/ledger --ledger-passphrase-file $folder/keys/ledger.passphrase \\
    --token-file $folder/channel/tokens/demo.evidence.token
  .build/release/hallmark promote ${downloaded#"$hallmark_root"/} --key $folder/keys/grace --passphrase-file $folder/keys/grace.passphrase \\
    --ledger $folder/ledger --ledger-key $folder/keys/ledger --ledger-passphrase-file $folder/keys/ledger.passphrase \\
    --token-file $folder/channel/tokens/demo.promote.token
END
