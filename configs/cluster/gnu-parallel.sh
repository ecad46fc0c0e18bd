#!/usr/bin/env bash
# A sweep by GNU parallel: on the cores of this machine, or on several machines over SSH.
#
#   SWEEP=sweep.toml OUT=out/sweep SHARDS=64 configs/cluster/gnu-parallel.sh
#   HOSTS=hosts.txt configs/cluster/gnu-parallel.sh
#
# Several machines need this folder under the same path (NFS or the like), and `mirage` and `parallel` on the PATH of a
# non-interactive shell. Without a shared folder, but with rsync, parallel carries the files: with relative paths and
#   --workdir ... --transferfile "$sweep" --return "$out-shards/{}-of-$shards" --cleanup
# in place of --workdir "$PWD".
#
# After a failure run it again: only what failed or never ran is started, and goes on where it stopped.

set -euo pipefail

sweep=${SWEEP:-sweep.toml} # the scenario with its [sweep]
out=${OUT:-out/sweep}      # where the merged tables go; shards and the log of jobs go to OUT-shards
shards=${SHARDS:-16}       # keep it for a sweep once begun
jobs=${JOBS:-100%}         # shards at a time on each machine; 100%: as many as it has cores
threads=${THREADS:-1}      # threads of each
hosts=${HOSTS:-}           # a file of machines, one a line: `node1`, `user@node2`, `8/node3` (8 cores); `:` is this one

mkdir -p "$out-shards"
options=(--jobs "$jobs" --retries 2 --resume-failed)
# The log names jobs by their place alone, so another sweep or number of shards must not go on with it.
options+=(--joblog "$out-shards/joblog-$shards-$(cksum < "$sweep" | cut -d ' ' -f 1)")
if [[ -n $hosts ]]; then
    # sshd turns away more than some ten connections that begin at once.
    options+=(--sshloginfile "$hosts" --sshdelay 0.1 --workdir "$PWD")
fi

if ! seq 0 $((shards - 1)) | parallel "${options[@]}" --quote \
    mirage sweep "$sweep" --shard "{}/$shards" -j "$threads" -o "$out-shards"; then
    mirage status "$out-shards" >&2 || true
    exit 1
fi
mirage merge "$out-shards"/*-of-"$shards" -o "$out"
