"""JAX, compiled: whole arrays, and a scan over steps with its fastest generator."""

from functools import partial

import jax
from jax import lax, numpy as jnp

import workload


def over_scales(at_scale, generator):
    """The program that makes one scale after the other by a function of (key, chance, items, steps)."""

    @partial(jax.jit, static_argnums=(2, 3))
    def sweep(key, chances, items, steps):
        keys = jax.random.split(key, len(chances))
        return lax.map(lambda scale: at_scale(*scale, items, steps), (keys, chances))

    def program(chances, items, steps, seed):
        return sweep(jax.random.key(seed, impl=generator), jnp.asarray(chances, jnp.float32), items, steps).tolist()

    return program


def plain(key, chance, items, steps):
    correct = jax.random.bernoulli(key, chance, (items, steps))
    exact = correct.all(axis=1)
    leading = jnp.where(exact, steps, correct.argmin(axis=1))
    return jnp.stack([exact.sum(), correct.sum(), leading.sum()])


def scan(key, chance, items, steps):
    threshold = jnp.round(chance * 2.0**32).astype(jnp.uint32)

    def step(state, key):
        alive, correct, leading = state
        success = jax.random.bits(key, (items,), jnp.uint32) < threshold
        alive &= success
        return (alive, correct + success.sum(), leading + alive.sum()), None

    start = jnp.ones(items, bool), 0, 0
    (alive, correct, leading), _ = lax.scan(step, start, jax.random.split(key, steps))
    return jnp.stack([alive.sum(), correct, leading])


if __name__ == "__main__":
    programs = {"plain": over_scales(plain, "threefry2x32"), "scan": over_scales(scan, "rbg")}
    workload.serve(programs, f"JAX {jax.__version__}")
