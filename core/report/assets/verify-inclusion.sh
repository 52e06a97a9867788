#!/usr/bin/env bash
# Recomputes the Merkle root that a record and its inclusion proof lead to (RFC 9162 2.1.3.2).
#
#   verify-inclusion.sh RECORD-FILE LEAF-INDEX TREE-SIZE [HASH...]
#
# The record is the bytes of the file, the hashes are those of the proof, from leaf to root, in hex.
# For a record that is withheld, give --leaf=HEX, its leaf hash, in place of the file.
# Prints the root in base64, as a checkpoint has it on its third line. Needs bash, sha256sum and base64.
set -u
if [ $# -lt 3 ] || { [ ! -f "$1" ] && [ "${1#--leaf=}" = "$1" ]; }; then
  echo "usage: verify-inclusion.sh RECORD-FILE LEAF-INDEX TREE-SIZE [HASH...]" >&2
  exit 2
fi
record=$1
index=$2
last=$(($3 - 1))
shift 3
if [ "$index" -lt 0 ] || [ "$index" -gt "$last" ]; then
  echo "the leaf index is not below the tree size" >&2
  exit 1
fi

bytes() { printf "$(printf %s "$1" | sed 's/../\\x&/g')"; }
digest() { sha256sum | cut -d' ' -f1; }

case $record in
  --leaf=*) root=${record#--leaf=} ;;
  *) root=$({ printf '\0'; cat "$record"; } | digest) ;;
esac
for hash in "$@"; do
  case $hash in *[!0-9a-f]* | '') echo "a hash of the proof is not lower-case hex" >&2; exit 1 ;; esac
  if [ "$last" -eq 0 ] || [ ${#hash} -ne 64 ]; then
    echo "the proof does not fit this leaf index and tree size" >&2
    exit 1
  fi
  if [ $((index % 2)) -eq 1 ] || [ "$index" -eq "$last" ]; then
    root=$({ printf '\1'; bytes "$hash"; bytes "$root"; } | digest)
    while [ $((index % 2)) -eq 0 ] && [ "$index" -ne 0 ]; do
      index=$((index / 2))
      last=$((last / 2))
    done
  else
    root=$({ printf '\1'; bytes "$root"; bytes "$hash"; } | digest)
  fi
  index=$((index / 2))
  last=$((last / 2))
done
if [ "$last" -ne 0 ]; then
  echo "the proof is too short for this tree size" >&2
  exit 1
fi
bytes "$root" | base64
