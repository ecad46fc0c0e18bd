use super::*;

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs().max(1e-3),
        "{found:e} is not {expected:e}"
    );
}

fn reducer(word: &str) -> Reducer {
    word.parse().unwrap()
}

fn value(word: &str, attempts: u32, right: u32) -> f64 {
    reducer(word).value(&Successes {
        attempts,
        right,
        reached: None,
        wrong: &[],
    })
}

/// A value by its definition, from the answers given in order: 0 is the right one.
type Definition = fn(u32, &[u32]) -> f64;

/// The mean over all choices of k.
fn over_choices(k: u32, answers: &[u32], of: impl Fn(&[u32]) -> f64) -> f64 {
    let (mut sum, mut choices) = (0.0, 0.0);
    for chosen in 0..1_u32 << answers.len() {
        if chosen.count_ones() == k {
            let chosen = (0..answers.len()).filter(|i| chosen >> i & 1 == 1);
            let chosen: Vec<u32> = chosen.map(|i| answers[i]).collect();
            sum += of(&chosen);
            choices += 1.0;
        }
    }
    sum / choices
}

fn right(answers: &[u32]) -> u32 {
    answers.iter().filter(|&&answer| answer == 0).count() as u32
}

fn one_if(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

fn vote(answers: &[u32]) -> f64 {
    let votes = |answer: u32| answers.iter().filter(|&&one| one == answer).count();
    let most = (0..10).map(votes).max().unwrap();
    let leading = (0..10).filter(|&answer| votes(answer) == most).count();
    one_if(votes(0) == most) / leading as f64
}

fn until(r: u32, answers: &[u32]) -> Option<u32> {
    let places = (1..).zip(answers).filter(|(_, answer)| **answer == 0);
    places.map(|(place, _)| place).nth(r as usize - 1)
}

fn rate(answers: &[u32]) -> f64 {
    f64::from(right(answers)) / answers.len() as f64
}

const DEFINITIONS: [(&str, u32, Definition); 8] = [
    ("mean", 1, |_, answers| rate(answers)),
    ("pass@3", 3, |k, answers| {
        over_choices(k, answers, |chosen| one_if(right(chosen) > 0))
    }),
    ("plug-in-pass@3", 3, |_, answers| {
        let none = 1.0 - rate(answers);
        1.0 - none * none * none
    }),
    ("pass^3", 3, |k, answers| {
        over_choices(k, answers, |chosen| one_if(right(chosen) == k))
    }),
    ("g-pass@3:0.4", 3, |k, answers| {
        over_choices(k, answers, |chosen| one_if(right(chosen) >= 2))
    }),
    ("majority@4", 4, |k, answers| over_choices(k, answers, vote)),
    ("pass-until@3", 3, |r, answers| match until(r, answers) {
        Some(place) => 2.0 / f64::from(place - 1),
        None => rate(answers),
    }),
    ("pass-until-mle@2", 2, |r, answers| {
        match until(r, answers) {
            Some(place) => 2.0 / f64::from(place),
            None => rate(answers),
        }
    }),
];

/// Every row of answers with its probability.
fn rows(attempts: u32, q: f64, wrong_answers: u32) -> impl Iterator<Item = (f64, Vec<u32>)> {
    let answers = wrong_answers + 1;
    (0..answers.pow(attempts)).map(move |row| {
        let row: Vec<u32> = (0..attempts)
            .map(|i| row / answers.pow(i) % answers)
            .collect();
        let chance = |answer: &u32| match answer {
            0 => q,
            _ => (1.0 - q) / f64::from(wrong_answers),
        };
        (row.iter().map(chance).product(), row)
    })
}

/// Every value, and mean and variance, against every row of answers one by one, away from symmetric points.
#[test]
fn values_and_moments_by_enumeration() {
    for (word, least, definition) in DEFINITIONS {
        let reducer = reducer(word);
        assert_eq!(reducer.needed_attempts(), least);
        for (attempts, q, wrong_answers) in [
            (4, 0.37, 1),
            (4, 0.29, 3),
            (5, 0.37, 2),
            (6, 0.81, 1),
            (6, 0.23, 3),
            (7, 0.11, 2),
        ] {
            let mut values = Vec::new();
            for (probability, row) in rows(attempts, q, wrong_answers) {
                let votes = |answer| row.iter().filter(|&&one| one == answer).count() as u32;
                let wrong: Vec<u32> = (1..=wrong_answers).map(votes).collect();
                let found = reducer.value(&Successes {
                    attempts,
                    right: votes(0),
                    reached: until(least, &row),
                    wrong: &wrong,
                });
                let expected = definition(least, &row);
                close(found, expected);
                values.push((probability, expected));
            }
            let mean: f64 = values.iter().map(|(weight, value)| weight * value).sum();
            let off = |(weight, value): &(f64, f64)| weight * (value - mean) * (value - mean);
            let found = reducer.moments(q, attempts, wrong_answers).unwrap();
            close(found.mean, mean);
            close(found.variance, values.iter().map(off).sum());
        }
    }
}

fn binomial(m: u32, q: f64) -> Vec<f64> {
    let mut row = vec![1.0];
    for _ in 0..m {
        let next = |j: usize| {
            let with = if j > 0 { q * row[j - 1] } else { 0.0 };
            with + (1.0 - q) * row.get(j).copied().unwrap_or_default()
        };
        row = (0..=row.len()).map(next).collect();
    }
    row
}

/// The sum over outcomes is what k attempts themselves come to, however many there are.
#[test]
fn the_mean_is_that_of_k_attempts() {
    for q in [0.03, 0.4, 0.77] {
        for m in [5, 8, 21, 60] {
            let of_five = |word: &str| reducer(word).moments(q, m, 1).unwrap().mean;
            let five = binomial(5, q);
            close(of_five("pass@5"), 1.0 - five[0]);
            close(of_five("pass^5"), five[5]);
            close(of_five("g-pass@5:0.7"), five[4] + five[5]);
            close(of_five("majority@5"), five[3..].iter().sum());
            close(of_five("majority@4"), {
                let four = binomial(4, q);
                0.5 * four[2] + four[3] + four[4]
            });
            for word in ["mean", "pass-until@2", "pass-until@5"] {
                close(of_five(word), q);
            }
            assert!(of_five("plug-in-pass@5") < 1.0 - five[0] - 1e-6);
            assert!(of_five("pass-until-mle@1") > q + 1e-6);
        }
    }
    // Of some attempts and of exactly so many, where wrong answers differ.
    for (q, k, wrong_answers) in [(0.3, 3, 4), (0.42, 5, 2), (0.2, 4, 9)] {
        let vote = Reducer::MajorityAt(Attempts::constant(k));
        let alone = vote.moments(q, k, wrong_answers).unwrap().mean;
        for m in [k + 1, k + 2, 13] {
            close(vote.moments(q, m, wrong_answers).unwrap().mean, alone);
        }
    }
}

/// An end leaves (r - 1)/(K - 1) unbiased only with the share of successes where it fell short.
#[test]
fn pass_until_with_an_end_has_no_bias() {
    for (q, m, r) in [
        (0.001, 100, 2),
        (0.03, 7, 3),
        (0.2, 40, 40),
        (0.97, 50, 2),
        (1e-9, 10, 9),
        (1e-9, 100, 60),
        (0.5, 3000, 200),
    ] {
        let until = Reducer::PassUntil(AtLeastTwo::try_from(r).unwrap());
        let expected = until.moments(q, m, 1).unwrap();
        assert!(
            (expected.mean - q).abs() < 1e-11 * q,
            "{q} {m} {r}: {expected:?}"
        );
    }
    let until = reducer("pass-until@2");
    assert_eq!(until.moments(0.0, 9, 1).unwrap().mean, 0.0);
    assert_eq!(until.moments(1.0, 9, 1).unwrap().mean, 1.0);
}

/// Computed from the formulas with mpmath.
#[test]
fn reference_values() {
    close(value("pass@100", 200, 3), 0.876_884_422_110_552_8);
    close(value("pass@5", 20, 2), 0.447_368_421_052_631_6);
    close(value("pass^8", 16, 12), 0.038_461_538_461_538_464);
    close(value("g-pass@8:0.75", 16, 12), 0.715_384_615_384_615_4);
    let mean = |word: &str, q: f64, m: u32| reducer(word).moments(q, m, 1).unwrap().mean;
    close(mean("pass@10", 0.1, 10), 0.651_321_559_9);
    close(mean("pass@5", 0.1, 10), 0.40951);
    close(mean("plug-in-pass@5", 0.1, 10), 0.348_516_424);
    close(mean("pass^8", 0.6, 30), 0.016_796_16);
    close(mean("majority@5", 0.6, 5), 0.68256);
    close(mean("majority@25", 0.6, 40), 0.846_232_231_024_237_1);
    close(mean("majority@25", 0.45, 25), 0.306_323_965_924_482);
    // Without an end: -q ln q/(1 - q), and for r = 2. Ends fall short with probability below 1e-15.
    for (q, r, expected) in [
        (0.1, 1, 0.255_842_788_110_449_5),
        (0.01, 1, 0.046_516_870_565_536_28),
        (0.001, 1, 0.006_914_669_948_931_068),
        (0.1, 2, 0.165_368_269_308_789),
        (0.01, 2, 0.019_262_285_443_120_48),
    ] {
        let until = Reducer::PassUntilMle(Attempts::constant(r));
        let found = until.moments(q, (40.0 / q) as u32, 1).unwrap().mean;
        assert!((found - expected).abs() < 1e-11 * expected, "{q} {r}");
    }
}

/// Mean over items whose success probabilities follow Beta(a, b): the numbers of right attempts are beta-binomial.
#[test]
fn means_over_items_of_a_beta_law() {
    let over = |word: &str, a: f64, b: f64, m: u32| {
        let values = reducer(word).values(m, 1).unwrap();
        let ln_beta = |a: f64, b: f64| libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        let weight = |j: u32| {
            let (j, m) = (f64::from(j), f64::from(m));
            let choices = -libm::log(m + 1.0) - ln_beta(j + 1.0, m - j + 1.0);
            libm::exp(choices + ln_beta(a + j, b + m - j) - ln_beta(a, b))
        };
        (0..=m).map(|j| weight(j) * values.at(j)).sum::<f64>()
    };
    close(over("pass@1", 0.2, 2.0, 7), 1.0 / 11.0);
    close(over("pass@10", 0.2, 2.0, 25), 0.325_182_456_221_662_5);
    let many = over("pass@1000", 0.2, 2.0, 1200);
    assert!((many - 0.723_328_207_868_027_1).abs() < 1e-10);
    close(over("pass@9", 1.0, 1.0, 12), 0.9);
    close(over("pass^8", 0.6, 0.4, 11), 0.287_958_528);
    close(over("pass@100", 0.3, 5.0, 150), 0.606_866_187_243_398_5);
}

/// What is chosen among many keeps its digits, by either of two products.
#[test]
fn many_attempts() {
    let m = 1 << 20;
    // One right: k/m.
    close(value("pass@1000", m, 1), 1000.0 / f64::from(m));
    // k = 1: j/m.
    close(value("pass@1", m, 777), 777.0 / f64::from(m));
    close(
        value("pass^1", m, m - 777),
        f64::from(m - 777) / f64::from(m),
    );
    close(
        value("pass^777", m, m - 1),
        f64::from(m - 777) / f64::from(m),
    );
    // A sure thing and an impossible one.
    assert_eq!(value("pass@1000", m, m - 999), 1.0);
    assert_eq!(value("pass^1000", m, 999), 0.0);
    // Half of a large electorate, by symmetry.
    close(value("majority@1001", m, m / 2), 0.5);
    assert_eq!(value("g-pass@1000:0.5", m, 0), 0.0);
    assert_eq!(value("g-pass@1000:0.5", m, m), 1.0);
}

#[test]
fn what_takes_too_long_has_no_moments() {
    assert_eq!(reducer("majority@500").moments(0.4, 500, 3), None);
    assert_eq!(reducer("majority@9").moments(0.4, 100, 3), None);
    assert_eq!(reducer("pass@100000").moments(0.4, 200_000, 1), None);
    assert!(reducer("majority@100").moments(0.4, 100, 1000).is_some());
    assert!(reducer("majority@3").moments(0.4, 30, 1000).is_some());
    let values = reducer("majority@3").values(9, 4);
    assert_eq!((values, reducer("pass-until@2").values(9, 1)), (None, None));
}

#[test]
fn reducers_are_read_as_they_are_written() {
    for word in [
        "mean",
        "pass@5",
        "plug-in-pass@1000",
        "pass^1",
        "g-pass@8:0.75",
        "majority@25",
        "pass-until@2",
        "pass-until-mle@1",
    ] {
        let reducer = reducer(word);
        assert_eq!(reducer.to_string(), word);
        let entry = |entry: &&ReducerEntry| word.starts_with(entry.name);
        assert_eq!(Reducer::CATALOGUE.iter().filter(entry).count(), 1, "{word}");
    }
    assert_eq!(reducer("g-pass@8:.750").to_string(), "g-pass@8:0.75");
}

#[test]
fn reducers_that_mean_nothing_are_refused() {
    for word in [
        "",
        "pass",
        "pass@",
        "pass@0",
        "pass@-1",
        "pass@+5",
        "pass@2.5",
        "pass@1073741825",
        "pass^",
        "mean@3",
        "g-pass@8",
        "g-pass@8:0",
        "g-pass@8:1.1",
        "g-pass@:0.5",
        "majority@k",
        "pass-until@1",
        "pass-until-mle@0",
        "plugin-pass@5",
    ] {
        let error = word.parse::<Reducer>().unwrap_err().to_string();
        assert!(error.contains("such as"), "{word}: {error}");
    }
    let error = "pass-until@1".parse::<Reducer>().unwrap_err().to_string();
    assert_eq!(
        error,
        "\"pass-until@1\": pass-until@ needs a number of successes from 2 to 1073741824, such as pass-until@2"
    );
}
