#!/bin/bash
# Builds one variant of a feedstock in a container. It keeps to what the script of the same name in a conda-forge feedstock
# promises, with four differences: it needs not lie inside the feedstock, it never hands a token to the container, it records
# where the sources come from (sha, remote_url and flow_run_id are exported), and it pulls only what is not there.
#
# What it reads from the environment:
#   CONFIG                       the variant: a file name in .ci_support, without .yaml. Required.
#   FEEDSTOCK_ROOT               the checkout; the current folder when unset
#   FEEDSTOCK_NAME               its name; the folder's name when unset
#   DOCKER_EXECUTABLE            podman, docker, or something that takes the same words; else conda-forge.yml's, else docker
#   DOCKER_IMAGE                 the builder; else the variant's docker_image, else conda-forge.yml's fallback, else ours
#   HOST_USER_ID                 who owns what is built; the caller when unset
#   CONDA_FORGE_DOCKER_RUN_ARGS  more words for `run`, such as --name, --memory or --detach-keys
#   HALLMARK_NETWORK             the network of the build; `none` for images named localhost/…, else the engine's own
#   HALLMARK_CCACHE_DIR          a folder to mount as /home/conda/ccache, which the recipes use when it is there
#   HALLMARK_SCCACHE_DIR         the same as /home/conda/sccache; for one build at a time
#   sha remote_url flow_run_id   provenance for about.json; from git when unset
#   CPU_COUNT CI GIT_BRANCH GITHUB_ACTIONS BUILD_OUTPUT_ID BUILD_WITH_CONDA_DEBUG RATTLER_BUILD_COLOR
#   RATTLER_BUILD_ENABLE_GITHUB_INTEGRATION UPLOAD_ON_BRANCH   are handed on as they are
#
# What it leaves: build_artifacts/SUBDIR/*.conda, build_artifacts/broken/ for a package whose tests failed, and the marker
# build_artifacts/conda-forge-build-done-$CONFIG, which is removed first and touched last. Whether it is there is the answer.
#
# Exit status: 0 built; 1 not built, or CONFIG is missing or unknown; 2 the build could not be started.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() { # STATUS MESSAGE [HINT]
  printf 'error: %s\n' "$2" >&2
  [ -z "${3-}" ] || printf 'hint: %s\n' "$3" >&2
  exit "$1"
}

start_group() {
  case ${CI-} in
    azure) printf '##[group]%s\n' "$1" ;;
    github_actions) printf '::group::%s\n' "$1" ;;
    *) printf '==> %s\n' "$1" ;;
  esac >&2
}
end_group() {
  case ${CI-} in
    azure) printf '##[endgroup]\n' ;;
    github_actions) printf '::endgroup::\n' ;;
  esac >&2
}

# of_section FILE SECTION KEY: a scalar below a section of a flat YAML file, without quotes.
of_section() {
  [ -f "$1" ] || return 0
  awk -v section="$2:" -v key="$3:" '
    /^[^ #]/ { inside = ($1 == section) }
    inside && /^ / && $1 == key { print $2; exit }
  ' "$1" | tr -d "\"'"
}

# Root may look at a checkout that belongs to somebody else.
in_git() { git -c "safe.directory=$FEEDSTOCK_ROOT" -C "$FEEDSTOCK_ROOT" "$@" 2>/dev/null; }

# top_level FILE KEY: a scalar at the top of a YAML file.
top_level() {
  [ -f "$1" ] || return 0
  awk -v key="$2:" '/^[^ #]/ && $1 == key { print $2; exit }' "$1" | tr -d "\"'"
}

# first_of FILE KEY: the first element of a list at the top of a YAML file.
first_of() {
  awk -v key="$2:" '
    /^[^ #-]/ { inside = ($1 == key) }
    inside && /^ *- / { print $2; exit }
  ' "$1" | tr -d "\"'"
}

# --- the feedstock ------------------------------------------------------------------------------------------------------

start_group "Configure Docker"

named=${FEEDSTOCK_ROOT:-$PWD}
FEEDSTOCK_ROOT=$(cd "$named" 2>/dev/null && pwd) ||
  fail 2 "there is no folder \`$named\`" "FEEDSTOCK_ROOT names the checkout of the feedstock"
conda_forge_yml=$FEEDSTOCK_ROOT/conda-forge.yml
[ -d "$FEEDSTOCK_ROOT/.ci_support" ] ||
  fail 2 "\`$FEEDSTOCK_ROOT\` is not a rendered feedstock: it has no .ci_support" "run this in the feedstock's folder, or name it in FEEDSTOCK_ROOT"
recipe_dir=$(top_level "$conda_forge_yml" recipe_dir)
RECIPE_ROOT=$FEEDSTOCK_ROOT/${recipe_dir:-recipe}
[ -d "$RECIPE_ROOT" ] || fail 2 "\`$FEEDSTOCK_ROOT\` has no folder \`${recipe_dir:-recipe}\`"

choices() {
  local file
  for file in "$FEEDSTOCK_ROOT"/.ci_support/linux_*.yaml; do
    [ ! -f "$file" ] || basename "$file" .yaml
  done
}
if [ -z "${CONFIG-}" ]; then
  printf 'error: CONFIG is not set\nhint: set it to one of:\n%s\n' "$(choices | sed 's/^/  /')" >&2
  exit 1
fi
variant=$FEEDSTOCK_ROOT/.ci_support/$CONFIG.yaml
if [[ $CONFIG == */* ]] || [ ! -f "$variant" ]; then
  printf "error: there is no variant \`%s\`\nhint: set CONFIG to one of:\n%s\n" "$CONFIG" "$(choices | sed 's/^/  /')" >&2
  exit 1
fi

mkdir -p "$FEEDSTOCK_ROOT/build_artifacts" || fail 2 "\`$FEEDSTOCK_ROOT/build_artifacts\` could not be made"
# Two builds in one feedstock would write over each other's work folder.
exec 9>"$FEEDSTOCK_ROOT/build_artifacts/.lock"
flock --nonblock 9 || fail 2 "another build of this feedstock is running" "wait for it, or stop it"
marker=$FEEDSTOCK_ROOT/build_artifacts/conda-forge-build-done-$CONFIG
rm -f "$marker"

FEEDSTOCK_NAME=${FEEDSTOCK_NAME:-$(basename "$FEEDSTOCK_ROOT")}
sha=${sha:-$(in_git rev-parse HEAD || true)}
# As it is written in the checkout: `remote get-url` gives what this machine's url.*.insteadOf makes of it. It may be spelled with a
# password in it, and the package is public.
remote_url=${remote_url:-$(in_git config --get remote.origin.url | sed 's|://[^/@]*@|://|' || true)}
flow_run_id=${flow_run_id:-manual_$(cut -c 1-12 <<<"${sha:-unknown}")}
UPLOAD_PACKAGES=False
IS_PR_BUILD=True

# --- the engine ---------------------------------------------------------------------------------------------------------

DOCKER_EXECUTABLE=${DOCKER_EXECUTABLE:-$(of_section "$conda_forge_yml" docker executable)}
DOCKER_EXECUTABLE=${DOCKER_EXECUTABLE:-docker}
command -v "$DOCKER_EXECUTABLE" >/dev/null 2>&1 ||
  fail 2 "there is no container engine \`$DOCKER_EXECUTABLE\` on PATH" "install podman or docker, or name another in DOCKER_EXECUTABLE"
is_podman=false
if "$DOCKER_EXECUTABLE" --version 2>/dev/null | grep -qi podman; then is_podman=true; fi
if [ "$is_podman" = true ] && [ -z "${CONTAINERS_CONF-}" ] && [ -f "$here/containers.conf" ]; then
  export CONTAINERS_CONF=$here/containers.conf
fi
"$DOCKER_EXECUTABLE" info >/dev/null || fail 2 "\`$DOCKER_EXECUTABLE info\` failed, so no container can be started" "its own message is above"

# Where the engine runs without root, the container's root is the caller, and any other number would be a stranger on the host.
rootless=false
if [ "$is_podman" = true ]; then
  [ "$("$DOCKER_EXECUTABLE" info --format '{{.Host.Security.Rootless}}' 2>/dev/null || true)" != true ] || rootless=true
elif "$DOCKER_EXECUTABLE" info --format '{{.SecurityOptions}}' 2>/dev/null | grep -q rootless; then
  rootless=true
fi
if [ -z "${HOST_USER_ID-}" ]; then
  HOST_USER_ID=$(id -u)
  [ "$rootless" = false ] || HOST_USER_ID=0
fi

DOCKER_IMAGE=${DOCKER_IMAGE:-$(first_of "$variant" docker_image)}
DOCKER_IMAGE=${DOCKER_IMAGE:-$(of_section "$conda_forge_yml" docker fallback_image)}
DOCKER_IMAGE=${DOCKER_IMAGE:-localhost/hallmark/builder:11}

# Docker refuses -it without a terminal.
run_args=()
if [ -z "${CI-}" ] && [ -t 0 ] && [ -t 1 ]; then run_args+=(-it); fi
if [ -n "${HALLMARK_NETWORK-}" ]; then
  run_args+=("--network=$HALLMARK_NETWORK")
elif [[ $DOCKER_IMAGE == localhost/* && " ${CONDA_FORGE_DOCKER_RUN_ARGS-} " != *" --net"* ]]; then
  run_args+=(--network=none)
fi
mount_cache() { # FOLDER NAME
  [ -n "$1" ] || return 0
  mkdir -p "$1"
  [ "$(id -u)" != 0 ] || [ "$HOST_USER_ID" = 0 ] || chown "$HOST_USER_ID" "$1"
  run_args+=(-v "$(cd "$1" && pwd):/home/conda/$2:rw,z")
}
mount_cache "${HALLMARK_CCACHE_DIR-}" ccache
mount_cache "${HALLMARK_SCCACHE_DIR-}" sccache
if [ -n "${CONDA_FORGE_DOCKER_RUN_ARGS-}" ]; then
  read -r -a more_args <<<"$CONDA_FORGE_DOCKER_RUN_ARGS"
  run_args+=("${more_args[@]}")
fi

# Root builds for somebody else: what they are to write must be theirs.
if [ "$(id -u)" = 0 ] && [ "$HOST_USER_ID" != 0 ] && [ "$rootless" = false ]; then
  chown -R "$HOST_USER_ID" "$FEEDSTOCK_ROOT/build_artifacts"
fi

export BUILD_OUTPUT_ID BUILD_WITH_CONDA_DEBUG CI CONFIG CPU_COUNT FEEDSTOCK_NAME GIT_BRANCH GITHUB_ACTIONS HOST_USER_ID IS_PR_BUILD
export RATTLER_BUILD_COLOR RATTLER_BUILD_ENABLE_GITHUB_INTEGRATION UPLOAD_ON_BRANCH UPLOAD_PACKAGES
export flow_run_id remote_url sha

{
  printf 'feedstock  %s (%s)\n' "$FEEDSTOCK_NAME" "$FEEDSTOCK_ROOT"
  printf 'variant    %s\n' "$CONFIG"
  printf 'commit     %s\n' "${sha:-unknown}"
  printf 'engine     %s\n' "$("$DOCKER_EXECUTABLE" --version 2>/dev/null || echo "$DOCKER_EXECUTABLE")"
  printf 'image      %s\n' "$DOCKER_IMAGE"
  printf 'user       %s\n' "$HOST_USER_ID"
} >&2
end_group

# --- the build ----------------------------------------------------------------------------------------------------------

start_group "Start Docker"
if ! image_id=$("$DOCKER_EXECUTABLE" image inspect --format '{{.Id}}' "$DOCKER_IMAGE" 2>/dev/null); then
  case $DOCKER_IMAGE in
    localhost/*) fail 2 "there is no image \`$DOCKER_IMAGE\` here, and it can be pulled from nowhere" "docker/make-images.sh builder makes it" ;;
  esac
  printf 'pulling %s\n' "$DOCKER_IMAGE" >&2
  "$DOCKER_EXECUTABLE" pull "$DOCKER_IMAGE" >&2 ||
    fail 2 "\`$DOCKER_IMAGE\` could not be pulled" "name an image that can be had in DOCKER_IMAGE"
  image_id=$("$DOCKER_EXECUTABLE" image inspect --format '{{.Id}}' "$DOCKER_IMAGE")
fi
printf 'image id   %s\n' "$image_id" >&2

status=0
"$DOCKER_EXECUTABLE" run "${run_args[@]}" \
  -v "$RECIPE_ROOT:/home/conda/recipe_root:rw,z,delegated" \
  -v "$FEEDSTOCK_ROOT:/home/conda/feedstock_root:rw,z,delegated" \
  -v "$here/build_steps.sh:/home/conda/hallmark/build_steps.sh:ro,z" \
  -v "$here/build_recipe.py:/home/conda/hallmark/build_recipe.py:ro,z" \
  -e BUILD_OUTPUT_ID -e BUILD_WITH_CONDA_DEBUG -e CI -e CONFIG -e CPU_COUNT -e FEEDSTOCK_NAME -e GIT_BRANCH -e GITHUB_ACTIONS \
  -e HOST_USER_ID -e IS_PR_BUILD -e RATTLER_BUILD_COLOR -e RATTLER_BUILD_ENABLE_GITHUB_INTEGRATION \
  -e UPLOAD_ON_BRANCH -e UPLOAD_PACKAGES -e flow_run_id -e remote_url -e sha \
  "$DOCKER_IMAGE" bash /home/conda/hallmark/build_steps.sh 9>&- || status=$?
end_group

# --- the answer ---------------------------------------------------------------------------------------------------------

if [ ! -f "$marker" ]; then
  case $status in
    125) fail 2 "\`$DOCKER_EXECUTABLE run\` could not start the container" "its own message is above" ;;
    130 | 143) fail 1 "the build was stopped before it was done" ;;
    137) fail 1 "the build was killed before it was done" "was there enough memory? the engine or the kernel may have stopped it" ;;
    *) fail 1 "\`$CONFIG\` was not built: the container ended with $status and left no marker" "what failed is above; build_artifacts holds what there is" ;;
  esac
fi
printf 'built %s\n' "$CONFIG" >&2
