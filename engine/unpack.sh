#!/bin/sh
# sh unpack.sh FOLDER: sets examsite up from this pack, without a network and without anything installed before.
# A stick can be mounted so that nothing on it may be run: the packed Node is started from a copy.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy"' EXIT
cp "$here/programs/node" "$copy/node" && chmod +x "$copy/node" || exit 2
"$copy/node" "$here/engine/unpack.mjs" "$here" "$@"
