#!/bin/bash
# Checks the Markdown pages: every relative link leads to a file, every `make TARGET` is in the Makefile, and every path that is
# given as code is there. Prints a line for each thing that is wrong. Status: 0 nothing is, 1 something is.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$hallmark_root"
shopt -s nullglob

pages=(README.md ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md docs/*.md)
rooms='scripts|docker|vagrant|feedstocks|checklists|docs|Sources|Tests|Benchmarks|Fuzz'
wrong=0
complain() { # PAGE TEXT
  printf '%s: %s\n' "$1" "$2"
  wrong=$((wrong + 1))
}

# code PAGE: what stands in fences and between backticks. Prose may say "make sure" or "docker/podman".
code() {
  awk '
    /^ *```/ { fenced = !fenced; next }
    fenced { print; next }
    { count = split($0, parts, "`"); for (i = 2; i <= count; i += 2) print parts[i] }
  ' "$1"
}
# prose PAGE: the rest, in which brackets make links.
prose() { awk '/^ *```/ { fenced = !fenced; next } !fenced { gsub(/`[^`]*`/, "`"); print }' "$1"; }

for page in "${pages[@]}"; do
  if [ ! -f "$page" ]; then
    complain "$page" "the page is missing"
    continue
  fi
  while read -r link; do
    case $link in '' | '#'* | *://* | mailto:*) continue ;; esac
    [ -e "$(dirname "$page")/${link%%#*}" ] || complain "$page" "the link \`$link\` leads to nothing"
  done < <(prose "$page" | { grep -oP '\]\(\K[^)\s]+|^\[[^]]+\]:\s*\K\S+' || true; } | sort -u)
  while read -r target; do
    grep -qE "^$target:" Makefile || complain "$page" "the Makefile has no target \`$target\`"
  done < <(code "$page" | { grep -oP '(^|[\s;&])make +\K[a-z][a-z-]*' || true; } | sort -u)
  while read -r path; do
    # A pattern counts as there when it matches something.
    [ -n "$(compgen -G "${path%[.:,]}")" ] || complain "$page" "there is no \`$path\`"
  done < <(code "$page" | { grep -oP "(?<![\w./~-])($rooms)/[\w.*/-]*" || true; } | sort -u)
done

[ "$wrong" = 0 ] || exit 1
say "${#pages[@]} pages are right"
