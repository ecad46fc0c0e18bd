#!/usr/bin/env bash
# A sweep as a Slurm job array, one shard a task, and a merge that waits for all of them. Submit both with
#
#   SWEEP=sweep.toml OUT=out/sweep SHARDS=64 configs/cluster/slurm.sh
#
# or each by hand, with whatever else your site asks of sbatch (the variables exported):
#
#   array=$(sbatch --parsable --array=0-63 configs/cluster/slurm.sh shard)
#   sbatch --dependency=afterok:"$array" configs/cluster/slurm.sh merge
#
# After a failure submit again: finished shards end at once, the others go on where they stopped.

#SBATCH --job-name=mirage
#SBATCH --time=04:00:00
#SBATCH --signal=B:INT@120

set -euo pipefail

export SWEEP=${SWEEP:-sweep.toml} # the scenario with its [sweep]
export OUT=${OUT:-out/sweep}      # where the merged tables go; shards and logs go to OUT-shards; all nodes see both
export SHARDS=${SHARDS:-16}       # tasks of the array; keep it for a sweep once begun
export CPUS=${CPUS:-4}            # cores of each

case ${1:-submit} in
submit)
    mkdir -p "$OUT-shards/logs"
    array=$(sbatch --parsable --export=ALL --cpus-per-task="$CPUS" --array="0-$((SHARDS - 1))" \
        --output="$OUT-shards/logs/shard-%A_%a.log" "$0" shard)
    array=${array%%;*} # of several clusters: id;cluster
    # Without --kill-on-invalid-dep a merge whose shards have failed would stay in the queue for ever.
    merge=$(sbatch --parsable --export=ALL --dependency="afterok:$array" --kill-on-invalid-dep=yes \
        --output="$OUT-shards/logs/merge-%j.log" "$0" merge)
    echo "shards: job $array, merge: job ${merge%%;*}; squeue -j $array,${merge%%;*}"
    ;;
shard)
    # Of SHARDS, not of SLURM_ARRAY_TASK_COUNT: that is 2 when two tasks are submitted again with --array=3,7.
    mirage sweep "$SWEEP" --shard "$SLURM_ARRAY_TASK_ID/$SHARDS" -j "${SLURM_CPUS_PER_TASK:-1}" -o "$OUT-shards" &
    shard=$!
    # Two minutes before its time is up Slurm sends INT (see --signal): the shard writes what it has and ends with 130.
    trap 'kill -INT "$shard"' INT
    wait "$shard" || true # ends early when the trap runs
    code=0
    wait "$shard" || code=$?
    # Back into the queue, so that the merge goes on waiting.
    if ((code == 130)); then
        scontrol requeue "$SLURM_JOB_ID"
    fi
    exit "$code"
    ;;
merge)
    mirage merge "$OUT-shards"/*-of-"$SHARDS" -o "$OUT"
    ;;
*)
    echo "usage: $0 [submit|shard|merge]" >&2
    exit 2
    ;;
esac
