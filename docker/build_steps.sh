#!/bin/bash
# The part of a build that happens inside the container; run_docker_build.sh mounts it and runs it there.
# It builds one variant with rattler-build (recipe.yaml) or conda-build (meta.yaml), tests the package, and touches the marker.
set -euo pipefail
umask 022

FEEDSTOCK_ROOT=${FEEDSTOCK_ROOT:-/home/conda/feedstock_root}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
conda_forge_yml=$FEEDSTOCK_ROOT/conda-forge.yml
artifacts=$FEEDSTOCK_ROOT/build_artifacts
variant=$FEEDSTOCK_ROOT/.ci_support/$CONFIG.yaml

fail() { # MESSAGE [HINT]
  printf 'error: %s\n' "$1" >&2
  [ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2
  exit 1
}

# Everything on one stream, so that the log keeps the order.
exec 2>&1

start_group() {
  case ${CI-} in
    azure) printf '##[group]%s\n' "$1" ;;
    github_actions) printf '::group::%s\n' "$1" ;;
    *) printf '==> %s\n' "$1" ;;
  esac
}
end_group() {
  case ${CI-} in
    azure) printf '##[endgroup]\n' ;;
    github_actions) printf '::endgroup::\n' ;;
  esac
}
of_section() { # SECTION KEY
  [ -f "$conda_forge_yml" ] || return 0
  awk -v section="$1:" -v key="$2:" '
    /^[^ #]/ { inside = ($1 == section) }
    inside && /^ / && $1 == key { print $2; exit }
  ' "$conda_forge_yml" | tr -d "\"'"
}
top_level() { # KEY
  [ -f "$conda_forge_yml" ] || return 0
  awk -v key="$1:" '/^[^ #]/ && $1 == key { print $2; exit }' "$conda_forge_yml" | tr -d "\"'"
}

start_group "Configuring the build"
# Not the recipe's own mount point: a recipe may name a source beside its folder.
recipe_dir=$(top_level recipe_dir)
RECIPE_ROOT=$FEEDSTOCK_ROOT/${recipe_dir:-recipe}
export CPU_COUNT=${CPU_COUNT:-$(nproc)}
[ -w "$artifacts" ] || fail "user $(id -u) may not write to build_artifacts" "HOST_USER_ID must be the number of who owns the feedstock"
case $(of_section conda_build pkg_format) in
  1 | tar.bz2) format=tar.bz2 ;;
  *)
    level=$(of_section conda_build zstd_compression_level)
    format=conda:${level:-16}
    ;;
esac
target=$(awk '/^[^ #-]/ { inside = ($1 == "target_platform:") } inside && /^ *- / { print $2; exit }' "$variant" | tr -d "\"'")
target=${target:-linux-64}
if [ -d /opt/conda/bin ]; then export PATH=/opt/conda/bin:$PATH; fi
if [ -f "$RECIPE_ROOT/recipe.yaml" ]; then
  if command -v hallmark-python >/dev/null; then
    tool=hallmark
  elif command -v rattler-build >/dev/null; then
    tool=rattler-build
  else
    fail "this image has nothing that builds a recipe.yaml" "use hallmark's own builder, or an image with rattler-build on PATH, in DOCKER_IMAGE"
  fi
elif [ -f "$RECIPE_ROOT/meta.yaml" ]; then
  command -v conda-build >/dev/null ||
    fail "this recipe is a meta.yaml, and this image has no conda-build" "name a conda-forge image in DOCKER_IMAGE, where conda-build is or can be installed"
  tool=conda-build
else
  fail "there is neither a recipe.yaml nor a meta.yaml in $RECIPE_ROOT"
fi
# shellcheck disable=SC1091
printf 'system     %s\n' "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")"
printf 'libc       %s\n' "$(getconf GNU_LIBC_VERSION 2>/dev/null || echo unknown)"
printf 'compiler   %s\n' "$(gcc --version 2>/dev/null | head -n 1 || echo none)"
printf 'tool       %s\n' "$tool"
printf 'format     %s\n' "$format"
printf 'jobs       %s\n' "$CPU_COUNT"
printf 'user       %s\n' "$(id -u)"
if [ -d /home/conda/ccache ]; then printf 'ccache     /home/conda/ccache\n'; fi
if [ -d /home/conda/sccache ]; then printf 'sccache    /home/conda/sccache\n'; fi
before=$(mktemp)
# Either folder may not be there.
list_artifacts() {
  { find "$artifacts/$target" "$artifacts/noarch" -maxdepth 1 -type f \( -name '*.conda' -o -name '*.tar.bz2' \) -newer "$before" 2>/dev/null || true; } | sort
}
end_group

run_tool() {
  case $tool in
    hallmark)
      # It prints its own group titles: rendering, building and testing are steps of one call.
      hallmark-python "$here/build_recipe.py" \
        --recipe "$RECIPE_ROOT/recipe.yaml" --variant "$variant" --output "$artifacts" --target-platform "$target" --format "$format" \
        --extra "flow_run_id=${flow_run_id-}" --extra "remote_url=${remote_url-}" --extra "sha=${sha-}"
      ;;
    rattler-build)
      start_group "Building"
      rattler-build build --recipe "$RECIPE_ROOT" -m "$variant" --output-dir "$artifacts" --target-platform "$target" \
        --package-format "$format" \
        --extra-meta "flow_run_id=${flow_run_id-}" --extra-meta "remote_url=${remote_url-}" --extra-meta "sha=${sha-}"
      end_group
      ;;
    conda-build)
      start_group "Building"
      # A container that is started again after a failure has this file: its work folder and its environments go on where they were. A fresh one has not.
      began=/var/tmp/hallmark-began-$CONFIG
      if [ -e "$began" ]; then
        dirty=yes
        printf 'going on in the work folder of the run before\n'
        # Before its tests conda-build moves the work folder aside, and would otherwise go on with an empty one.
        for work in "$artifacts"/*_[0-9]*/work; do
          moved=$(find "${work%/work}" -maxdepth 1 -name 'work_moved_*' -printf '%T@ %p\n' 2>/dev/null | sort -rn | head -n 1 | cut -d ' ' -f 2- || true)
          if [ -n "$moved" ] && rmdir "$work" 2>/dev/null; then mv "$moved" "$work"; fi
        done
      else
        dirty=
      fi
      touch "$began"
      printf 'pkgs_dirs: [%s]\nconda-build:\n  root-dir: %s\n  pkg_format: "%s"\n' \
        "$artifacts/pkg_cache" "$artifacts" "$([ "$format" = tar.bz2 ] && echo 1 || echo 2)" >"$HOME/.condarc"
      CONDA_SUBDIR=$target conda-build "$RECIPE_ROOT" -m "$variant" --suppress-variables ${dirty:+--dirty} \
        --extra-meta "flow_run_id=${flow_run_id-}" "remote_url=${remote_url-}" "sha=${sha-}"
      end_group
      ;;
  esac
}

# This is the container's first process: a signal reaches it only through a trap, and a trap waits for what runs in the
# foreground. When it ends, the engine ends everything else in the container.
trap 'printf "error: the build was told to stop\n"; exit 143' TERM INT
run_tool &
wait "$!"

start_group "Inspecting artifacts"
built=$(list_artifacts)
[ -n "$built" ] || fail "the build ended well and left no package in build_artifacts/$target or build_artifacts/noarch"
while read -r package; do
  chmod 644 "$package"
  printf '%s  %s bytes\nsha256 %s\n' "${package#"$artifacts/"}" "$(stat -c %s "$package")" "$(sha256sum "$package" | cut -d ' ' -f 1)"
done <<<"$built"
end_group

start_group "Final checks"
touch "$artifacts/conda-forge-build-done-$CONFIG"
printf 'everything is done\n'
end_group
