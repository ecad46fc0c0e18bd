//! The vote of some attempts.

use super::counting::{at, binomial, hypergeometric, normalise};
use crate::domain::Expected;

/// The share of the vote of `chosen` attempts that the right answer has, over all choices of them among `attempts`, of
/// which `right` are right: 1 where it leads alone, 1/(1 + s) where s wrong answers are as frequent, else 0.
pub(super) fn share(attempts: u32, right: u32, chosen: u32, wrong: &[u32]) -> f64 {
    let one_and_the_same = [attempts - right];
    let wrong = if wrong.is_empty() {
        &one_and_the_same
    } else {
        wrong
    };
    if chosen == attempts {
        return plain(right, wrong);
    }
    let (first, rights) = hypergeometric(attempts, right, chosen);
    let votes = (first..).zip(&rights).map(|(votes, probability)| {
        let others = chosen - votes;
        probability * given(votes, others, wrong)
    });
    votes.sum::<f64>().min(1.0)
}

/// The vote of all attempts.
fn plain(right: u32, wrong: &[u32]) -> f64 {
    if right == 0 || wrong.iter().any(|&votes| votes > right) {
        return 0.0;
    }
    let as_many = wrong.iter().filter(|&&votes| votes == right).count();
    1.0 / (1.0 + as_many as f64)
}

/// The share of the right answer with so many votes, where the others are chosen at random among the wrong attempts.
fn given(votes: u32, others: u32, wrong: &[u32]) -> f64 {
    let all: u32 = wrong.iter().sum();
    match others {
        _ if votes == 0 => return 0.0,
        _ if others < votes => return 1.0,
        _ if others == all => return plain(votes, wrong),
        _ if wrong.len() == 1 => return plain(votes, &[others]),
        _ => {}
    }
    // Each wrong attempt chosen by a coin of its own, given how many come to be chosen.
    let coin = f64::from(others) / f64::from(all);
    let frequent = wrong.iter().filter(|&&count| count >= votes);
    let rest: u32 = wrong.iter().filter(|&&count| count < votes).sum();
    let mut ways = Ways::new(votes, others);
    for &count in frequent {
        let chosen = binomial(count, coin);
        ways = ways.with(|of_it| at(&chosen, of_it));
    }
    let (rest, all) = (binomial(rest, coin), binomial(all, coin));
    let of_rest = |chosen: usize| at(&rest, others - chosen as u32);
    let shares = ways.by_ties.iter().zip(1_u32..).map(|(ways, leading)| {
        let ways = ways.iter().enumerate();
        let ways = ways.map(|(chosen, weight)| weight * of_rest(chosen));
        ways.sum::<f64>() / f64::from(leading)
    });
    shares.sum::<f64>() / at(&all, others)
}

/// The weights of how many attempts wrong answers were given in, none more often than the right one, by how many of them
/// were given as often.
struct Ways {
    votes: usize,
    by_ties: Vec<Vec<f64>>,
}

impl Ways {
    fn new(votes: u32, others: u32) -> Self {
        let (votes, others) = (votes as usize, others as usize);
        let mut by_ties = vec![vec![0.0; others + 1]; others / votes + 1];
        by_ties[0][0] = 1.0;
        Self { votes, by_ties }
    }

    /// With one more wrong answer, given as often as these probabilities say.
    fn with(&self, probability: impl Fn(u32) -> f64) -> Self {
        let given: Vec<f64> = (0_u32..).take(self.votes + 1).map(probability).collect();
        let mut by_ties: Vec<Vec<f64>> = vec![vec![0.0; self.by_ties[0].len()]; self.by_ties.len()];
        for (ties, ways) in self.by_ties.iter().enumerate() {
            for (chosen, weight) in ways.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
                for (of_it, probability) in given.iter().enumerate() {
                    let leads_too = usize::from(of_it == self.votes);
                    let row = by_ties.get_mut(ties + leads_too);
                    if let Some(sum) = row.and_then(|row| row.get_mut(chosen + of_it)) {
                        *sum += weight * probability;
                    }
                }
            }
        }
        Self {
            votes: self.votes,
            by_ties,
        }
    }
}

/// Mean and variance of the vote of all of `attempts` independent attempts, each right with probability `q`, where wrong
/// ones give one of at least two answers with the same probability. `None` beyond `most` multiplications, about.
pub(super) fn moments_of_all(q: f64, attempts: u32, answers: u32, most: f64) -> Option<Expected> {
    let n = f64::from(attempts);
    // For each number of right votes: squarings, and a product for each number of ties.
    if n * n * n * (2.0 * f64::from(32 - answers.leading_zeros()) + libm::log(n + 1.0) + 1.0) > most
    {
        return None;
    }
    let (first, rights) = binomial(attempts, q);
    let (mut mean, mut square) = (0.0, 0.0);
    for (votes, probability) in (first..).zip(&rights) {
        for (ties, tied) in (1_u32..).zip(ties(votes, attempts - votes, answers)) {
            let share = 1.0 / f64::from(ties);
            mean += probability * tied * share;
            square += probability * tied * share * share;
        }
    }
    Some(Expected {
        mean,
        variance: (square - mean * mean).max(0.0),
    })
}

/// The probabilities that the right answer with so many votes leads alone, with one wrong answer, with two, ..., where
/// each of the other attempts gives one of `answers` wrong answers.
fn ties(votes: u32, others: u32, answers: u32) -> Vec<f64> {
    match votes {
        0 => return Vec::new(),
        _ if others < votes => return vec![1.0],
        _ => {}
    }
    // How often each answer is given are independent Poisson numbers, given their sum.
    let degree = others as usize;
    let mean = f64::from(others) / f64::from(answers);
    let mut probability = libm::exp(-mean);
    let mut fewer = vec![0.0; degree + 1];
    for count in 0..votes {
        fewer[count as usize] = probability;
        probability *= mean / f64::from(count + 1);
    }
    let as_often = probability;
    let most_ties = (others / votes).min(answers);
    let mut others_fewer = power(&fewer, answers - most_ties);
    let mut ways: Vec<f64> = Vec::with_capacity(most_ties as usize + 1);
    for ties in (0..=most_ties).rev() {
        let left = degree - ties as usize * votes as usize;
        // C(answers, ties) as_often^ties.
        let choices = (0..ties).map(|i| f64::from(answers - i) / f64::from(i + 1) * as_often);
        ways.push(others_fewer[left] * choices.product::<f64>());
        if ties > 0 {
            others_fewer = times(&others_fewer, &fewer);
        }
    }
    ways.reverse();
    let all = libm::exp(
        f64::from(others) * libm::log(f64::from(others))
            - f64::from(others)
            - libm::lgamma(f64::from(others) + 1.0),
    );
    ways.iter_mut().for_each(|way| *way /= all);
    ways
}

/// The product of two polynomials, up to the degree of either.
fn times(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut product = vec![0.0; one.len()];
    for (i, a) in one.iter().enumerate().filter(|(_, a)| **a > 0.0) {
        for (sum, b) in product[i..].iter_mut().zip(other) {
            *sum += a * b;
        }
    }
    product
}

/// A power of a polynomial, up to its degree, by squaring.
fn power(polynomial: &[f64], mut exponent: u32) -> Vec<f64> {
    let mut square = polynomial.to_vec();
    let mut product = vec![0.0; polynomial.len()];
    product[0] = 1.0;
    loop {
        if exponent & 1 == 1 {
            product = times(&product, &square);
        }
        exponent >>= 1;
        if exponent == 0 {
            return product;
        }
        square = times(&square, &square);
    }
}

/// Mean and variance of the vote of `chosen` of `attempts` independent attempts, each right with probability `q`, where
/// wrong ones give one of at least two answers with the same probability: over all partitions of the wrong attempts.
/// `None` beyond `most` multiplications, about.
pub(super) fn moments_of_some(
    q: f64,
    attempts: u32,
    chosen: u32,
    answers: u32,
    most: f64,
) -> Option<Expected> {
    let k = f64::from(chosen);
    if number_of_partitions(attempts, most)? * k * k * k > most {
        return None;
    }
    let (first, rights) = binomial(attempts, q);
    let mut all: Vec<(f64, f64)> = Vec::new();
    for (right, probability) in (first..).zip(&rights) {
        let mut shares = Vec::new();
        partitions(attempts - right, answers, &mut |wrong, ways| {
            let wrong = if wrong.is_empty() { &[0][..] } else { wrong };
            shares.push((ways, share(attempts, right, chosen, wrong)));
        });
        // Of one number of right attempts, so that what the logarithms of factorials lose is not passed on.
        let mut ways: Vec<f64> = shares.iter().map(|(ways, _)| *ways).collect();
        normalise(&mut ways);
        let shares = shares.iter().map(|(_, share)| *share);
        all.extend(ways.iter().map(|ways| ways * probability).zip(shares));
    }
    Some(super::moments::of(all.iter().copied()))
}

/// How many partitions the whole numbers up to n have; `None` beyond `most`.
fn number_of_partitions(n: u32, most: f64) -> Option<f64> {
    // More than 1e12, which no limit reaches.
    if n > 200 {
        return None;
    }
    let n = n as usize;
    let mut partitions = vec![0.0; n + 1];
    partitions[0] = 1.0;
    for part in 1..=n {
        for sum in part..=n {
            partitions[sum] += partitions[sum - part];
        }
    }
    let total: f64 = partitions.iter().sum();
    (total <= most).then_some(total)
}

/// Every way in which n attempts give different wrong answers, as counts that do not increase, with its probability where
/// each gives one of `answers` with the same probability.
fn partitions(n: u32, answers: u32, each: &mut impl FnMut(&[u32], f64)) {
    let mut parts = Vec::new();
    let ln_all = libm::lgamma(f64::from(n) + 1.0) - f64::from(n) * libm::log(f64::from(answers));
    extend(&mut parts, n, n, answers, ln_all, each);
}

/// All ways to go on with parts up to `largest`; `ln_ways` is that of the parts so far.
fn extend(
    parts: &mut Vec<u32>,
    left: u32,
    largest: u32,
    answers: u32,
    ln_ways: f64,
    each: &mut impl FnMut(&[u32], f64),
) {
    if left == 0 {
        return each(parts, libm::exp(ln_ways));
    }
    if parts.len() as u32 == answers {
        return;
    }
    for part in 1..=largest.min(left) {
        // Which answer it is; answers given equally often are not told apart.
        let alike = parts.iter().rev().take_while(|&&one| one == part).count() + 1;
        let which = f64::from(answers - parts.len() as u32) / alike as f64;
        let ln_part = libm::log(which) - libm::lgamma(f64::from(part) + 1.0);
        parts.push(part);
        extend(parts, left - part, part, answers, ln_ways + ln_part, each);
        parts.pop();
    }
}
