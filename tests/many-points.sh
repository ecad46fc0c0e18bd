#!/usr/bin/env bash
# What a sweep of 10,000 points costs, of 26 scales, 1,000 items and 10 steps each: seconds, peak memory and bytes; and
# what it costs to run it again, with nothing to do. MIRAGE is the program (target/release/mirage). Linux only.
#
#   tests/many-points.sh [THREADS]
set -euo pipefail
export LC_ALL=C
threads=${1:-$(nproc)}
mirage="$(realpath "${MIRAGE:-"$(dirname "$0")/../${CARGO_TARGET_DIR:-target}/release/mirage"}")"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

hundred() { # FROM TO
    awk -v from="$1" -v to="$2" \
        'BEGIN { for (i = 0; i < 100; i++) printf "%s%.6g", i ? ", " : "", from + (to - from) * i / 99 }'
}
cat >many.toml <<END
schema = 1
[task]
steps = 10
[evaluation]
scales = "log:1e7:1e12:26"
items = 1000
[sweep]
"skill.alpha" = [$(hundred 0.2 0.9)]
"skill.c" = [$(hundred 1e8 1e9)]
END

measured() { # NAME ARGUMENT...
    local began=$EPOCHREALTIME pid peak=0 key value
    "$mirage" "${@:2}" >log 2>&1 &
    pid=$!
    # The kernel keeps the peak, but only as long as the process lives: look until it is gone.
    while [[ -d /proc/$pid ]]; do
        while read -r key value _; do
            if [[ $key == VmHWM: ]]; then peak=$value; fi
        done 2>/dev/null <"/proc/$pid/status" || true
        sleep 0.02
    done
    wait "$pid" || { cat log; exit 1; }
    awk -v name="$1" -v from="$began" -v to="$EPOCHREALTIME" -v peak="$peak" \
        'BEGIN { printf "%-28s %8.2f s %8.1f MB\n", name, to - from, peak / 1024 }'
}

measured "sweep, $threads threads" sweep many.toml -j "$threads" -o many
measured "again, nothing to do" sweep many.toml -j "$threads" -o many
measured "status" status many
measured "export, csv" export many --format csv
measured "export, jsonl" export many --format jsonl
mkdir shards
for shard in 0 1 2 3; do "$mirage" sweep many.toml --shard "$shard/4" -j "$threads" -o shards >log 2>&1; done
measured "merge of 4 shards" merge shards/*-of-4 -o merged
cmp many/summary.csv merged/summary.csv
cmp many/anatomy.csv merged/anatomy.csv
rows=$(wc -l <many/summary.csv)
((rows == 10000 * 26 * 2 + 1)) || { echo "summary.csv has $rows rows"; exit 1; }
(cd many && wc -c -- *)
