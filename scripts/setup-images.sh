#!/bin/bash
# Makes the local images. `setup-images.sh [NAME…]`, as docker/make-images.sh does, which it calls.
set -euo pipefail
exec "$(dirname "${BASH_SOURCE[0]}")/../docker/make-images.sh" "$@"
