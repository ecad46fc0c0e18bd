//! How often intervals over several attempts and training runs hold the truth, counted.
//!
//! The whole table, in some minutes:
//! `cargo test --release --test all coverage_runs -- --ignored --nocapture`

use std::collections::BTreeMap;

use mirage::domain::{Level, Metric, Reducer, StepInformation, Successes, Target};
use mirage::engine::{Address, Cells, ItemSums, LengthTally, Role, Stream, Tally};
use mirage::study::{Confidence, CreditSummary};
use rand::RngExt;
use rand_distr::{Distribution, StandardNormal};

use crate::support;

const TARGETS: [Target; 3] = [Target::Items, Target::TrainingRuns, Target::Both];

/// How training runs differ on the log-odds.
#[derive(Clone, Copy, Debug)]
enum Runs {
    /// By a normal number of this standard deviation.
    Normal(f64),
    /// So many of them are lower by so much.
    Bimodal { share: f64, lower: f64 },
}

/// One-step items whose log-odds are `middle`, plus a normal number for each item, plus one for each training run.
#[derive(Clone, Copy, Debug)]
struct Design {
    items: u64,
    runs: u32,
    attempts: u32,
    middle: f64,
    item_sd: f64,
    between: Runs,
    metric: Metric,
}

/// Nodes and weights of the trapezoid rule over a standard normal number; its error is below 1e-12 here.
fn normal_nodes(sd: f64) -> Vec<(f64, f64)> {
    let step = 0.2;
    let weight = |z: f64| step * libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI);
    (-40..=40)
        .map(|place| step * f64::from(place))
        .map(|z| (sd * z, weight(z)))
        .collect()
}

impl Runs {
    fn nodes(self) -> Vec<(f64, f64)> {
        match self {
            Self::Normal(sd) => normal_nodes(sd),
            Self::Bimodal { share, lower } => vec![(0.0, 1.0 - share), (-lower, share)],
        }
    }

    fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Normal(sd) => sd * normal(stream),
            Self::Bimodal { share, lower } => match stream.random_bool(share) {
                true => -lower,
                false => 0.0,
            },
        }
    }
}

fn normal(stream: &mut Stream) -> f64 {
    StandardNormal.sample(stream)
}

impl Design {
    /// What an item of these log-odds is expected to score.
    fn score(&self, log_odds: f64) -> f64 {
        let p = 1.0 / (1.0 + libm::exp(-log_odds));
        match self.metric.reducer {
            Reducer::Mean => p,
            reducer => {
                reducer
                    .moments(p, reducer.needed_attempts(), 1)
                    .unwrap()
                    .mean
            }
        }
    }

    fn over(&self, nodes: &[(f64, f64)], at: f64) -> f64 {
        let terms = nodes.iter();
        terms
            .map(|(off, weight)| weight * self.score(at + off))
            .sum()
    }

    /// One evaluation: its tally, and the truth for each target.
    fn evaluation(&self, stream: &mut Stream) -> (Tally, [f64; 3]) {
        let draw_item = |stream: &mut Stream| self.item_sd * normal(stream);
        let items: Vec<f64> = (0..self.items).map(|_| draw_item(stream)).collect();
        let runs: Vec<f64> = (0..self.runs).map(|_| self.between.draw(stream)).collect();
        let mut sums = ItemSums::default();
        let mut cells = Cells {
            by_run: vec![0; runs.len()],
            squares: 0,
            successes: BTreeMap::new(),
        };
        let mut correct = vec![0, 0];
        for item in &items {
            let mut total = 0_u128;
            for (place, run) in runs.iter().enumerate() {
                let p = 1.0 / (1.0 + libm::exp(-(self.middle + item + run)));
                let tries = (0..self.attempts).filter(|_| stream.random_bool(p));
                let right = tries.count() as u32;
                correct[1] += u64::from(right);
                correct[0] += u64::from(self.attempts - right);
                let cell = self.metric.reducer.value(&Successes {
                    attempts: self.attempts,
                    right,
                    reached: None,
                    wrong: &[],
                });
                let cell = libm::round(libm::ldexp(cell, 32)) as u128;
                cells.by_run[place] += cell;
                cells.squares += cell * cell;
                *cells.successes.entry(right).or_default() += 1;
                total += cell;
            }
            let mean = (total + runs.len() as u128 / 2) / runs.len() as u128;
            sums.sum += mean;
            sums.squares += mean * mean;
            sums.none += u64::from(mean == 0);
            sums.full += u64::from(mean == 1 << 32);
        }
        let (of_items, of_runs) = (normal_nodes(self.item_sd), self.between.nodes());
        let average = |all: &[f64], of: &dyn Fn(f64) -> f64| {
            all.iter().map(|off| of(self.middle + off)).sum::<f64>() / all.len() as f64
        };
        let both = |at: f64| -> f64 {
            let terms = of_runs.iter();
            terms
                .map(|(off, weight)| weight * self.over(&of_items, at + off))
                .sum()
        };
        let truths = [
            average(&runs, &|at| self.over(&of_items, at)),
            average(&items, &|at| self.over(&of_runs, at)),
            both(self.middle),
        ];
        let tally = Tally {
            items: self.items,
            attempts: self.items * u64::from(self.runs * self.attempts),
            lengths: vec![LengthTally::new(correct.clone(), correct)],
            item_sums: vec![sums],
            cells: vec![cells],
        };
        (tally, truths)
    }

    /// How many of so many intervals hold the truth, for each target.
    fn held(&self, replicates: u64) -> [u64; 3] {
        let level = Level::try_from(0.95).unwrap();
        let confidence =
            TARGETS.map(|target| Confidence::new(level, StepInformation::Shared, target));
        let mut held = [0; 3];
        for replicate in 0..replicates {
            let address = Address {
                seed: 11_u64.try_into().unwrap(),
                law: None,
                scale: None,
                training_seed: 0,
                replicate,
            };
            let (tally, truths) = self.evaluation(&mut address.key(Role::Step).stream(0, 0));
            let summary = CreditSummary::of(&tally, self.metric, 0).unwrap();
            for ((confidence, truth), held) in confidence.iter().zip(truths).zip(&mut held) {
                let interval = summary.estimate(confidence).interval;
                *held += u64::from((interval.low..=interval.high).contains(&truth));
            }
        }
        held
    }
}

fn designs(items: &[u64], runs: &[u32], between: &[Runs], words: &[&str]) -> Vec<Design> {
    let mut designs = Vec::new();
    for &items in items {
        for &runs in runs {
            for &between in between {
                for word in words {
                    for (middle, item_sd) in [(-2.0, 1.0), (0.3, 1.5), (1.7, 0.0)] {
                        designs.push(Design {
                            items,
                            runs,
                            attempts: 4,
                            middle,
                            item_sd,
                            between,
                            metric: word.parse().unwrap(),
                        });
                    }
                }
            }
        }
    }
    designs
}

const NORMAL: [Runs; 3] = [Runs::Normal(0.0), Runs::Normal(0.3), Runs::Normal(1.0)];
const WORDS: [&str; 3] = ["exact-match", "pass@2", "pass^3"];

#[test]
#[ignore = "the whole table takes minutes; run it with --ignored --nocapture"]
fn coverage_table() {
    let bimodal = [
        Runs::Bimodal {
            share: 0.5,
            lower: 4.0,
        },
        Runs::Bimodal {
            share: 0.2,
            lower: 4.0,
        },
    ];
    for (title, between) in [
        ("normal", NORMAL.as_slice()),
        ("bimodal", bimodal.as_slice()),
    ] {
        for runs in [2, 3, 5, 10, 30] {
            for items in [30, 100, 300] {
                let designs = designs(&[items], &[runs], between, &WORDS);
                let replicates = 1000;
                let held: Vec<[u64; 3]> = designs.iter().map(|one| one.held(replicates)).collect();
                for (place, target) in TARGETS.iter().enumerate() {
                    let shares = held
                        .iter()
                        .map(|held| held[place] as f64 / replicates as f64);
                    let mean = shares.clone().sum::<f64>() / designs.len() as f64;
                    let (worst, least) = shares
                        .enumerate()
                        .min_by(|a, b| a.1.total_cmp(&b.1))
                        .unwrap();
                    println!(
                        "{title} S={runs} n={items} {target:?}: mean {mean:.3}, minimum {least:.3} at {:?} {} {} sd {}",
                        designs[worst].between,
                        designs[worst].metric,
                        designs[worst].middle,
                        designs[worst].item_sd
                    );
                }
            }
        }
    }
}

/// Counts that so low a coverage would show one time in a million. Scores of three training runs that differ much are
/// skewed, and two degrees of freedom know nothing of it.
#[test]
fn intervals_hold_what_they_are_for() {
    let replicates = 120;
    for design in designs(&[100], &[3, 10], &NORMAL, &["exact-match", "pass@2"]) {
        for (held, target) in design.held(replicates).into_iter().zip(TARGETS) {
            let least = match (target, design.runs) {
                (Target::Items, _) => 0.9,
                (Target::TrainingRuns | Target::Both, 3) => 0.75,
                (Target::TrainingRuns | Target::Both, _) => 0.85,
            };
            let what = format!("{target:?} {design:?}");
            support::assert_rate_at_least(held, replicates, least, &what);
        }
    }
}
