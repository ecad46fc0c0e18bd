#!/usr/bin/env bash
# Ends `mirage sweep` in every way a machine can end it, runs it again to the end, and compares all its tables, byte for
# byte, with those of a sweep that was left alone: nothing may be lost, doubled or changed.
#
#   tests/crash.sh [MOMENTS [SEED]]     # 100 moments of seed 1
#
# MIRAGE is the program (target/release/mirage), DURATION the seconds that a whole sweep should take (3).
set -euo pipefail
export LC_ALL=C
moments=${1:-100}
RANDOM=${2:-1}
target_us=$((${DURATION:-3} * 1000000))
mirage="$(realpath "${MIRAGE:-"$(dirname "$0")/../${CARGO_TARGET_DIR:-target}/release/mirage"}")"
work="$(mktemp -d)"
cd "$work"
# Without job control bash starts what is in the background with INT ignored.
set -m
pid=
disk=

stop() {
    code=$?
    trap - EXIT
    if [[ -n $pid ]]; then kill -KILL "$pid" 2>/dev/null || true; fi
    if [[ -n $disk ]]; then umount "$disk" || true; fi
    if ((code)); then echo "left for inspection: $work" >&2; else rm -rf "$work"; fi
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT TERM

fail() {
    echo "failed: $1" >&2
    exit 1
}
say() { printf '%6s s  %s\n' "$SECONDS" "$1"; }
now() { echo "${EPOCHREALTIME/./}"; }
rest() { sleep "$(printf '%d.%06d' $(($1 / 1000000)) $(($1 % 1000000)))"; } # MICROSECONDS
# between FROM TO: a whole number, into $drawn: in a subshell RANDOM would not move on.
between() { drawn=$(($1 + ((RANDOM << 15) + RANDOM) * ($2 - $1) / (1 << 30))); }
# of MANY: as many things are tried for 100 moments, but two at least
of() { echo $((moments * $1 / 100 > 2 ? moments * $1 / 100 : 2)); }

write() { # FILE ITEMS STEPS ALPHAS
    cat >"$1" <<END
schema = 1
[evaluation]
items = $2
[sweep]
"task.steps" = [$3]
"skill.alpha" = [$4]
END
}
begin() { # ARGUMENT...: a sweep in the background
    "$mirage" sweep "$@" >log 2>&1 &
    pid=$!
}
end() { # into $code
    code=0
    wait -f "$pid" 2>/dev/null || code=$? # -f: a stopped one has not ended
    pid=
}
finish() { # ARGUMENT...
    "$mirage" sweep "$@" >log 2>&1 || fail "running it again ended with $?: $(tail -n 3 log)"
}
tables() { # FOLDER: all that can be read from it, into $1.tables
    local what format
    mkdir -p "$1.tables"
    for what in summary anatomy; do
        cp "$1/$what.csv" "$1.tables/" || fail "$1 is not finished"
        for format in csv jsonl; do
            "$mirage" export "$1" --format $format --what $what >"$1.tables/export-$what.$format" 2>exported ||
                fail "export of $1 ended with $?: $(cat exported)"
        done
    done
    cp "$1/scenario.toml" "$1.tables/"
    ls -A "$1" >"$1.tables/files"
}
same() { # WHOLE FOLDER
    tables "$2"
    diff -r "$1.tables" "$2.tables" >difference || fail "$2 is not $1: $(head -n 5 difference)"
    rm -r "$2" "$2.tables"
}

# A sweep that takes long enough to be hit anywhere.
items=1000
while :; do
    write big.toml $items "1, 2, 3, 5, 8, 10, 13, 20, 30, 50" "0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9"
    rm -rf big
    began=$(now)
    finish big.toml -o big
    took=$(($(now) - began))
    if ((took >= target_us * 4 / 5)); then break; fi
    factor=$((target_us * 10 / took))
    items=$((items * (factor > 100 ? 100 : factor < 15 ? 15 : factor) / 10))
done
# A busy machine is not always as slow: the faster of two counts, for moments after the end would test nothing.
rm -rf big
began=$(now)
finish big.toml -o big
again=$(($(now) - began))
took=$((again < took ? again : took))
tables big
write small.toml 1000 "1, 3, 10, 30" "0.3, 0.5, 0.9"
began=$(now)
finish small.toml -o small
small_took=$(($(now) - began))
tables small
say "$items items take $((took / 1000)) ms; 1000 take $((small_took / 1000)) ms"

hit=0 again=0
for ((moment = 0; moment < moments; moment++)); do
    arguments=(big.toml -o killed)
    span=$took
    # One in five is a shard.
    if ((moment % 5 == 4)); then
        arguments=(big.toml --shard 1/2 -o shards)
        span=$((took / 2))
    fi
    between $((span * moment / moments)) $((span * (moment + 1) / moments))
    begin "${arguments[@]}"
    rest "$drawn"
    kill -KILL "$pid" 2>/dev/null || true
    end
    if ((code == 137)); then hit=$((hit + 1)); elif ((code)); then fail "ended with $code: $(tail -n 3 log)"; fi
    # Every other one is killed while it recovers, too.
    if ((moment % 2)); then
        between 0 $((span - drawn / 2))
        begin "${arguments[@]}"
        rest "$drawn"
        kill -KILL "$pid" 2>/dev/null || true
        end
        if ((code == 137)); then again=$((again + 1)); elif ((code)); then fail "ended with $code: $(tail -n 3 log)"; fi
    fi
    finish "${arguments[@]}"
    if ((moment % 5 == 4)); then
        finish big.toml --shard 0/2 -o shards
        "$mirage" merge shards/*-of-2 -o killed >log 2>&1
        rm -r shards
    fi
    same big killed
done
((hit * 3 > moments)) || fail "only $hit of $moments kills came before the end: try a longer DURATION"
say "KILL: $hit of $moments before the end, and $again while going on"

hit=0 slowest=0
for ((moment = 0; moment < $(of 20); moment++)); do
    between $((took / 20)) $((took * 17 / 20))
    begin big.toml -o interrupted
    rest "$drawn"
    began=$(now)
    kill -INT "$pid" 2>/dev/null || true
    # A second one ends it at once.
    if ((moment % 2)); then
        rest 5000
        kill -INT "$pid" 2>/dev/null || true
    fi
    end
    waited=$((($(now) - began) / 1000))
    slowest=$((waited > slowest ? waited : slowest))
    case $code in
    130) hit=$((hit + 1)) ;;
    0) ;; # it was at its end, and what it left is compared as it is
    *) fail "INT ended it with $code: $(tail -n 3 log)" ;;
    esac
    if ((code)); then finish big.toml -o interrupted; fi
    same big interrupted
done
((hit)) || fail "INT never ended it with 130"
say "INT: $hit of $moment ended with 130, the slowest after $slowest ms"

begin big.toml -o stopped
rest $((took / 3))
kill -STOP "$pid"
for arguments in "big.toml -o stopped" "small.toml -o stopped"; do
    code=0
    # shellcheck disable=SC2086 # words
    timeout 20 "$mirage" sweep $arguments >second 2>&1 || code=$?
    ((code == 2)) || fail "a second process ended with $code: $(cat second)"
    [[ -s second ]] || fail "a second process was refused without a word"
done
kill -CONT "$pid"
end
((code == 0)) || fail "after STOP and CONT it ended with $code: $(tail -n 3 log)"
same big stopped
# What the first held is free again when it dies, even while it is stopped.
begin big.toml -o stopped
rest $((took / 3))
kill -STOP "$pid"
kill -KILL "$pid"
end
finish big.toml -o stopped
same big stopped
say "a second process was refused: $(head -n 1 second)"

# What a power cut leaves: the log cut short anywhere, the tables written or, every other time, not.
size=$(stat -c %s small/tallies.log)
cut_to() { # BYTES
    cp -r small cut
    truncate -s "$1" cut/tallies.log
    if (($1 % 2)); then rm cut/summary.csv cut/anatomy.csv; fi
}
tried=0
lengths=$(of 300)
for ((i = 1; i <= lengths; i++)); do
    cut_to $((size - (300 * i / lengths < size ? 300 * i / lengths : size)))
    finish small.toml -o cut
    same small cut
    tried=$((tried + 1))
done
for ((i = 0; i < $(of 50); i++)); do
    cut_to $((i < 25 ? i : i * size / $(of 50)))
    finish small.toml -o cut
    same small cut
    tried=$((tried + 1))
done
say "a log of $size bytes cut to $tried lengths"

# A flipped bit: found and done again, or refused in words with nothing changed; believed, never.
mended=0 refused=0
for ((i = 0; i < $(of 60); i++)); do
    cut_to "$size"
    # The first half of them in the last bytes, the others anywhere.
    if ((2 * i < $(of 60))); then between $((size > 40 ? size - 40 : 0)) "$size"; else between 0 "$size"; fi
    byte=$(od -An -t u1 -j "$drawn" -N 1 cut/tallies.log)
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\x$(printf %x $((byte ^ (1 << RANDOM % 8))))" |
        dd of=cut/tallies.log bs=1 seek="$drawn" conv=notrunc status=none
    cp cut/tallies.log flipped
    if "$mirage" sweep small.toml -o cut >log 2>&1; then
        mended=$((mended + 1))
        same small cut
    else
        refused=$((refused + 1))
        [[ -s log ]] || fail "byte $drawn of the log was refused without a word"
        cmp flipped cut/tallies.log || fail "byte $drawn of the log was refused, and the log changed"
        rm -r cut
    fi
done
say "a flipped bit: mended $mended, refused $refused"

full() { # ARGUMENT...: it ran on a full disk; words and code are in $words and $code
    if ((code == 0)); then return 1; fi
    ((code == 1)) || fail "a full disk ended it with $code: $words"
    grep -q -i -E 'space|too large|full' <<<"$words" || fail "a full disk is not named: $words"
    said=$words
}
hit=0
total=$(du -sb small | cut -f 1)
for ((i = 0; i < $(of 8); i++)); do
    code=0
    # The limit is on each file; the words go through a pipe, which has none.
    words=$(
        ulimit -f $((size * i / $(of 8) / 1024))
        trap '' XFSZ
        "$mirage" sweep small.toml -o limited 2>&1
    ) || code=$?
    if full; then hit=$((hit + 1)); fi
    finish small.toml -o limited
    same small limited
done
((hit)) || fail "no limit was met"
say "files too large: $hit of $i; $said"
if ((EUID == 0)) && mkdir mount && mount -t tmpfs -o size=4k tmpfs mount 2>/dev/null; then
    disk="$work/mount"
    hit=0
    for ((i = 0; i < $(of 16); i++)); do
        mount -o "remount,size=$((total * (i + 1) / ($(of 16) + 1) + 4096))" mount # in whole pages
        code=0
        words=$("$mirage" sweep small.toml -o mount/full 2>&1) || code=$?
        if full; then hit=$((hit + 1)); fi
        mount -o remount,size=1g mount
        finish small.toml -o mount/full
        same small mount/full
    done
    ((hit)) || fail "no disk was full"
    umount mount
    disk=
    say "disks full: $hit of $i; $said"
else
    say "skipped: a full disk needs root and tmpfs"
fi

# A merge that was killed has no manifest, or all its tables; the next one goes on with what it left.
for shard in 0 1; do finish big.toml --shard $shard/2 -o shards; done
began=$(now)
"$mirage" merge shards/*-of-2 -o merged >log 2>&1
span=$(($(now) - began))
same big merged
hit=0
for ((i = 0; i < $(of 20); i++)); do
    between $((span * i / $(of 20))) $((span * (i + 1) / $(of 20)))
    "$mirage" merge shards/*-of-2 -o merged >log 2>&1 &
    pid=$!
    rest "$drawn"
    kill -KILL "$pid" 2>/dev/null || true
    end
    if ((code == 137)); then hit=$((hit + 1)); fi
    for table in summary.csv anatomy.csv; do
        if [[ -e merged/$table || -e merged/manifest.json ]]; then cmp big/$table merged/$table; fi
    done
    "$mirage" merge shards/*-of-2 -o merged >log 2>&1 || fail "merging again ended with $?: $(tail -n 3 log)"
    same big merged
done
((hit)) || fail "no merge was killed before its end"
say "merges killed: $hit of $i"

# Tables that are gone or older than the scenario are made again, whether or not attempts are missing.
for table in summary.csv anatomy.csv; do
    cp -r small bare
    rm "bare/$table"
    finish small.toml -o bare
    same small bare
done
cp -r small edited
sed -i 's/^level = .*/level = 0.9/' edited/scenario.toml
finish edited/scenario.toml -o edited
"$mirage" export edited --format csv | cmp - edited/summary.csv
say "tables made again"
