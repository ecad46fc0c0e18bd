"""Numba: NumPy's generator in a loop, a generator written by hand, and hashes that LLVM turns into vector code."""

import numba
from numba import njit, prange, uint32, uint64
import numpy as np

import workload

BLOCK = 4096


def plain(chances, items, steps, _seed):
    """What most people write. Numba's generator was seeded by the system, and goes on from sweep to sweep."""
    return [plain_scale(chance, items, steps) for chance in chances]


@njit(parallel=True)
def plain_scale(chance, items, steps):
    exact = correct = leading = 0
    for _item in prange(items):
        alive = True
        for _ in range(steps):
            success = np.random.random() < chance
            alive &= success
            correct += success
            leading += alive
        exact += alive
    return exact, correct, leading


def in_blocks(block):
    """The program that makes blocks of items, each by `block(threshold, items, steps, key)` with a key of its own."""

    @njit(parallel=True)
    def at_scale(threshold, items, steps, key):
        exact = correct = leading = 0
        for number in prange((items + BLOCK - 1) // BLOCK):
            count = min(BLOCK, items - number * BLOCK)
            counts = block(threshold, count, steps, mixed(mixed(key) + uint64(number)))
            exact += counts[0]
            correct += counts[1]
            leading += counts[2]
        return exact, correct, leading

    def program(chances, items, steps, seed):
        keys = range(seed * len(chances), (seed + 1) * len(chances))
        return [
            at_scale(np.uint32(round(chance * 2**32)), items, steps, np.uint64(key))
            for key, chance in zip(keys, chances)
        ]

    return program


@njit
def mixed(x):
    """The finalizer of SplitMix64 (Steele, Lea and Flood 2014), after a step of its counter."""
    x = uint64(x + uint64(0x9E3779B97F4A7C15))
    x = uint64((x ^ (x >> uint64(30))) * uint64(0xBF58476D1CE4E5B9))
    x = uint64((x ^ (x >> uint64(27))) * uint64(0x94D049BB133111EB))
    return x ^ (x >> uint64(31))


@njit
def rotated(x, bits):
    return (x << uint64(bits)) | (x >> uint64(64 - bits))


@njit
def xoshiro256pp(a, b, c, d):
    """A word, and the next state (Blackman and Vigna 2021)."""
    word = rotated(a + d, 23) + a
    shifted = b << uint64(17)
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    return word, a, b, c ^ shifted, rotated(d, 45)


@njit
def xoshiro_block(threshold, items, steps, key):
    """Item by item; a word serves two steps."""
    a, b, c, d = mixed(key), mixed(key + uint64(1)), mixed(key + uint64(2)), mixed(key + uint64(3))
    exact = correct = leading = 0
    for _ in range(items):
        alive = True
        for _ in range(steps // 2):
            word, a, b, c, d = xoshiro256pp(a, b, c, d)
            success = uint32(word) < threshold
            alive &= success
            correct += success
            leading += alive
            success = uint32(word >> uint64(32)) < threshold
            alive &= success
            correct += success
            leading += alive
        if steps % 2:
            word, a, b, c, d = xoshiro256pp(a, b, c, d)
            success = uint32(word) < threshold
            alive &= success
            correct += success
            leading += alive
        exact += alive
    return exact, correct, leading


def by_hash(digits):
    """Blocks step by step, all items side by side, with 32 digits that are a hash of the step's key and the item.

    All that the inner loop has is cast to 32 bits, and the key's halves are arguments: where Numba or LLVM widens one to
    64 bits, vectors have half as many lanes.
    """

    @njit
    def block(threshold, items, steps, key):
        alive = np.ones(items, np.uint32)
        correct = leading = uint64(0)
        for step in range(steps):
            of_step = mixed(key + uint64(step))
            low, high = uint32(of_step), uint32(of_step >> uint64(32))
            successes = survivors = uint32(0)
            for item in range(items):
                success = uint32(digits(low, high, item) < threshold)
                alive[item] = uint32(alive[item] & success)
                successes = uint32(successes + success)
                survivors = uint32(survivors + alive[item])
            correct += successes
            leading += survivors
        return np.sum(alive), correct, leading

    return in_blocks(block)


@njit
def hash64(low, high, item):
    x = ((uint64(high) << uint64(32)) + uint64(low) + uint64(item)) * uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> uint64(32))) * uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> uint64(29))) * uint64(0x94D049BB133111EB)
    return uint32(x >> uint64(32))


@njit
def hash32(low, high, item):
    """`lowbias32` (Wellons 2018) with half of the key before and half within it."""
    x = uint32(low + uint32(item))
    x = uint32(x ^ (x >> uint32(16)))
    x = uint32(x * uint32(0x7FEB352D))
    x = uint32(x + high)
    x = uint32(x ^ (x >> uint32(15)))
    x = uint32(x * uint32(0x846CA68B))
    return uint32(x ^ (x >> uint32(16)))


if __name__ == "__main__":
    programs = {
        "plain": plain,
        "xoshiro": in_blocks(xoshiro_block),
        "hash64": by_hash(hash64),
        "hash32": by_hash(hash32),
    }
    workload.serve(programs, f"Numba {numba.__version__}")
