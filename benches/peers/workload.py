"""The workload of every program here, how a program in Python is asked for it, and whether its answers are right.

At each of 25 scales, whose chances p are evenly spaced in log-odds from .05 to .999, items of L independent steps are
attempted. A sweep is all scales once; its counts are, for each scale, items with all steps correct, correct steps, and
steps before the first error. Divided by items, by items times L and by items times L, they are the means of exact match,
partial credit and prefix credit: p^L, p and the mean of p^l over l = 1..L.
"""

import json
import math
import sys

SCALES = 25
LOWEST, HIGHEST = 0.05, 0.999

# Largest |score| of a right program: each side of each of 75 means exceeds it with probability exp(-6.2^2 / 2) at most,
# any of them with 150 times that, 7e-7. What means cannot see: scales that share random numbers.
LIMIT = 6.2


def chances():
    """The chance of one step at every scale."""
    low, high = (math.log(chance / (1 - chance)) for chance in (LOWEST, HIGHEST))
    log_odds = (low + (high - low) * place / (SCALES - 1) for place in range(SCALES))
    return [1 / (1 + math.exp(-odds)) for odds in log_odds]


def serve(programs, version):
    """Makes sweeps for as long as lines `first-seed number` come, and answers each with the sums of the counts.

    The command line says which of the programs, how many items, and how many steps. A program is a function of the
    chances, items, steps and a seed that returns one triple of counts for each scale.
    """
    program = programs[sys.argv[1]]
    items, steps = int(sys.argv[2]), int(sys.argv[3])
    print(version, flush=True)
    for line in sys.stdin:
        first, number = map(int, line.split())
        sums = [[0, 0, 0] for _ in range(SCALES)]
        for seed in range(first, first + number):
            for of_scale, counts in zip(sums, program(chances(), items, steps, seed)):
                for place, count in enumerate(counts):
                    of_scale[place] += int(count)
        print(json.dumps(sums), flush=True)


def largest_score(sums, items, steps):
    """The score of largest size of the 75 means over so many items.

    A score is the root of twice the log-likelihood ratio, signed. In the middle it is the normal score; everywhere, by
    Chernoff's bound, a right program exceeds z on one side with probability exp(-z^2 / 2) at most.
    """
    scores = []
    for chance, (exact, correct, leading) in zip(chances(), sums):
        right, wrong = math.log(chance), math.log1p(-chance)
        all_right = steps * right
        scores += [
            score([math.log1p(-math.exp(all_right)), all_right], items, exact),
            score([wrong, right], items * steps, correct),
            score([*(step * right + wrong for step in range(steps)), all_right], items, leading),
        ]
    return max(scores, key=abs)


def score(logs, draws, total):
    """The score of a total of so many draws of 0, 1, 2, ..., whose probabilities have these logarithms."""
    mean = total / draws
    expected = sum(value * math.exp(log) for value, log in enumerate(logs))
    nats = -logs[round(mean)] if mean in (0, len(logs) - 1) else rate(logs, mean)
    return math.copysign(math.sqrt(max(0, 2 * draws * nats)), mean - expected)


def rate(logs, mean):
    """Cramér's rate: the largest t mean - ln E exp(t X) over t, found where the tilted mean is `mean`."""

    def tilted(tilt):
        exponents = [log + tilt * value for value, log in enumerate(logs)]
        most = max(exponents)
        weights = [math.exp(exponent - most) for exponent in exponents]
        whole = sum(weights)
        return sum(value * weight for value, weight in enumerate(weights)) / whole, most + math.log(whole)

    low, high = -1000.0, 1000.0
    for _ in range(70):
        tilt = (low + high) / 2
        low, high = (tilt, high) if tilted(tilt)[0] < mean else (low, tilt)
    return tilt * mean - tilted(tilt)[1]
