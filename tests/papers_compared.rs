//! The reproduction of Miller 2024 in `configs/papers/`: two models on the same questions. Any one assertion on simulated
//! numbers fails a right program with probability at most `support::FALSE_ALARM`, 1e-6, when its seed is chosen.

use std::sync::atomic::AtomicBool;

use mirage::domain::special::normal_quantile;
use mirage::domain::{Level, ProperProbability, Seed};
use mirage::study::{
    Aim, Compared, Contrast, Scatter, contrasts, items_for_difference, smallest_difference,
};

use crate::papers::{all_close, changed, close, points};
use crate::papers_repeated::{control, expected, told};
use crate::support::{FALSE_ALARM, assert_rate};

const MILLER: &str = "miller-2024-error-bars";

fn aim() -> Aim {
    Aim {
        level: Level::try_from(0.95).unwrap(),
        power: ProperProbability::try_from(0.8).unwrap(),
    }
}

/// The scatter of the paper's example: omega^2 = 1/9 and sigma^2 = 1/6.
fn example(attempts: u32) -> Scatter {
    let within = (1.0 / 6.0, attempts);
    Scatter::paired(1.0 / 9.0, within, within)
}

#[test]
fn questions_that_tell_two_models_apart() {
    let without_number = Scatter::paired(1.0 / 9.0, (0.0, 1), (0.0, 1));
    let items =
        |scatter: &Scatter, difference: f64| items_for_difference(difference, scatter, aim());
    close(items(&without_number, 0.03), 968.9975, 1e-3);
    close(items(&example(1), 0.03), 3875.99, 0.005);
    let least = [1, 10].map(|attempts| smallest_difference(198.0, &example(attempts), aim()));
    all_close(&least, &[0.1327, 0.0757], 0.000_05);
    close(items(&example(1), least[1]), 609.2, 0.05);
}

/// 25 attempts at a question, taken for 25 questions, have the variance q (1 - q)/(25 n).
#[test]
fn errors_of_attempts_taken_for_questions_are_three_times_too_small() {
    let points = points(MILLER);
    for (scenario, factor) in points.iter().zip([1.0, 2.0, 3.0]) {
        let attempts = f64::from(scenario.evaluation.attempts.get());
        let (mean, variance) = told(scenario, "exact-match", 1e9);
        let variance = 198.0 * variance.unwrap();
        close(mean, 0.5, 1e-9);
        close(variance, 1.0 / 12.0 + 1.0 / (6.0 * attempts), 1e-6);
        close(libm::sqrt(variance / (0.25 / attempts)), factor, 1e-4);
    }
    // One attempt of the second model at each question.
    let (mean, variance) = told(&points[3], "exact-match", 1e9);
    close(mean, 0.5, 1e-9);
    close(198.0 * variance.unwrap(), 0.25, 1e-9);
}

/// Both models at their middle scale under one metric, the second better by this on the log-odds.
fn sides(attempts: u32, items: u64, better: f64) -> [Compared; 2] {
    let settings = [
        "evaluation.scales=[1e9]".to_owned(),
        format!("evaluation.items={items}"),
    ];
    let side = |place: usize, midpoint: f64| {
        let midpoint = format!("skill.midpoint={midpoint}");
        let settings = [settings[0].as_str(), settings[1].as_str(), &midpoint];
        let place = 3 * place + usize::from(attempts == 10);
        Compared {
            name: place.to_string(),
            scenario: changed(MILLER, &settings).remove(place),
            metrics: vec!["exact-match".parse().unwrap()],
        }
    };
    let half = libm::exp(0.5 * better);
    [side(0, 1e9 * half), side(1, 1e9 / half)]
}

fn contrast([one, other]: &[Compared; 2]) -> Contrast {
    let all = contrasts(one, other, &control(&AtomicBool::new(false)));
    all.unwrap().unwrap().remove(0).unwrap()
}

/// Hoeffding on squared differences, which are up to 1: their mean over 200,000 questions is off by more than .006 with
/// probability 1e-6.
#[test]
fn intervals_of_differences_are_as_wide_as_the_formula_says() {
    let items = 200_000;
    let off = libm::sqrt(libm::log(2.0 / FALSE_ALARM) / (2.0 * items as f64));
    for attempts in [1, 10] {
        let found = contrast(&sides(attempts, items, 0.0));
        let half = 0.5 * (found.high - found.low);
        let z = normal_quantile(0.975);
        let variance = half * half / (z * z) * items as f64;
        let scatter = example(attempts);
        let formula = scatter.between_items + scatter.within_items;
        // 2e-5: the two models' variances are those of the paper to five digits.
        close(variance, formula, off + 2e-5);
    }
}

/// A difference as large as can be told is told four times in five, and no difference one time in twenty (Chernoff).
#[test]
fn differences_are_found_as_often_as_the_formula_says() {
    for attempts in [1, 10] {
        let least = smallest_difference(198.0, &example(attempts), aim());
        let apart = |better: f64| {
            let [one, other] = sides(attempts, 198, better);
            let at = |side: &Compared| expected(&side.scenario, "exact-match", 1e9);
            at(&other) - at(&one)
        };
        let (mut low, mut high) = (0.0, 2.0);
        for _ in 0..20 {
            let middle = 0.5 * (low + high);
            (low, high) = match apart(middle) < least {
                true => (middle, high),
                false => (low, middle),
            };
        }
        for (better, rate) in [(low, 0.8), (0.0, 0.05)] {
            let mut both = sides(attempts, 198, better);
            let tests = 300;
            let mut found = 0;
            for seed in 0..tests {
                for side in &mut both {
                    side.scenario.seed = Seed::try_from(seed).unwrap();
                }
                let contrast = contrast(&both);
                found += u64::from(contrast.low > 0.0 || contrast.high < 0.0);
            }
            assert_rate(found, tests, rate);
        }
    }
}
