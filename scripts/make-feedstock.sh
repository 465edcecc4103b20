#!/bin/bash
# Makes a checkout of a demonstration feedstock. `make-feedstock.sh NAME FOLDER` copies feedstocks/NAME-feedstock to FOLDER as a
# git checkout with one commit, whose author and date are fixed so that its SHA depends on the content alone, sets the
# remote `origin` (which nobody contacts) and puts the source into build_artifacts/src_cache. Prints the commit.
#
# A folder that holds that very commit is left as it is, its build_artifacts too.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ "$#" = 2 ] || fail "two words are needed: make-feedstock.sh NAME FOLDER" "for example: make-feedstock.sh zstd .demo/zstd-feedstock"
name=$1
folder=$2
from=$hallmark_root/feedstocks/$name-feedstock
[ -d "$from" ] || fail "there is no feedstock \`$name\`" "there are: $(cd "$hallmark_root/feedstocks" && echo *-feedstock | sed 's/-feedstock//g')"

# No setting, hook or template of the machine may change the commit.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME='hallmark demonstration' GIT_AUTHOR_EMAIL=demonstration@hallmark.invalid
export GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
export GIT_AUTHOR_DATE='2026-01-01T00:00:00Z' GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE

"$hallmark_root/scripts/fetch-source.sh" "$name" >/dev/null
source_file=$hallmark_root/.cache/sources/$(sed -n 's|^ *-\{0,1\} *path: .*/src_cache/\([^ /]*\)$|\1|p' "$from/recipe/recipe.yaml")

mkdir -p "$(dirname "$folder")"
scratch=$(mktemp -d "$(dirname "$folder")/.feedstock.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
checkout=$scratch/checkout
cp -R "$from" "$checkout"
rm -rf "$checkout/build_artifacts" "$checkout/.git"
find "$checkout" -type d -exec chmod 755 {} +
chmod 755 "$scratch"
git -C "$checkout" init --quiet --template= --initial-branch=main
git -C "$checkout" add --all
git -C "$checkout" commit --quiet --message "Render $name-feedstock for the demonstration of hallmark"
git -C "$checkout" remote add origin "https://github.com/conda-forge/$name-feedstock"
commit=$(git -C "$checkout" rev-parse HEAD)

if [ -e "$folder" ] && [ -n "$(ls -A "$folder")" ]; then
  [ "$(git -C "$folder" rev-parse HEAD 2>/dev/null || true)" = "$commit" ] ||
    fail "$folder is there and holds something else than $name-feedstock at ${commit:0:12}" "remove it, or name another folder"
  say "$folder holds $name-feedstock at ${commit:0:12} already"
else
  if [ -e "$folder" ]; then rmdir "$folder"; fi
  mv "$checkout" "$folder"
  say "$folder holds $name-feedstock at ${commit:0:12}"
fi
mkdir -p "$folder/build_artifacts/src_cache"
cmp -s "$source_file" "$folder/build_artifacts/src_cache/${source_file##*/}" || cp "$source_file" "$folder/build_artifacts/src_cache/"
printf '%s\n' "$commit"
