"""NumPy: whole arrays, as most people write it, and the fastest way found."""

from concurrent.futures import ThreadPoolExecutor
import os

import numpy as np

import workload

# Items side by side, so that their random numbers stay in a second-level cache.
TILE = 32_768


def ordinary(chances, items, steps, seed):
    """An array of doubles for each scale."""
    rng = np.random.default_rng(seed)
    counts = []
    for chance in chances:
        correct = rng.random((items, steps)) < chance
        exact = correct.all(axis=1)
        leading = np.where(exact, steps, correct.argmin(axis=1))
        counts.append((exact.sum(), correct.sum(), leading.sum()))
    return counts


def best(chances, items, steps, seed):
    """Step by step over a tile of items, the halves of raw words against a threshold, scales on threads."""

    def at_scale(chance, sequence):
        generator = np.random.SFC64(sequence)
        threshold = np.uint32(round(chance * 2**32))
        exact = correct = leading = 0
        for start in range(0, items, TILE):
            count = min(TILE, items - start)
            alive = np.ones(count, bool)
            for _ in range(steps):
                words = generator.random_raw((count + 1) // 2)
                success = words.view(np.uint32)[:count] < threshold
                alive &= success
                correct += np.count_nonzero(success)
                leading += np.count_nonzero(alive)
            exact += np.count_nonzero(alive)
        return exact, correct, leading

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as threads:
        return list(threads.map(at_scale, chances, np.random.SeedSequence(seed).spawn(len(chances))))


if __name__ == "__main__":
    workload.serve({"ordinary": ordinary, "best": best}, f"NumPy {np.__version__}")
