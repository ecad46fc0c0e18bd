//! Forecasts of one model from the scores of one metric.

use mirage::domain::special::binomial_probabilities;
use mirage::domain::{Level, Metric, Probability, Scale, Scenario, Seed};
use mirage::engine::hypothetical_uniforms;
use mirage::study::{
    Family, Forecast, ForecastAim, ForecastModel, Forecaster, Measured, MeasuredPoint,
    RateLikelihood,
};

/// Five scales of a power law, c = 1e8, alpha = .35, ten steps.
const SCALES: [f64; 5] = [1e8, 316_227_766.016_838, 1e9, 3_162_277_660.168_38, 1e10];

fn scenario() -> Scenario {
    let text = r#"{"skill": {"kind": "power-law", "c": 1e8, "alpha": 0.35}, "task": {"steps": 10},
        "evaluation": {"scales": [1e8], "items": 100}}"#;
    serde_json::from_str(text).unwrap()
}

fn metric(word: &str) -> Metric {
    word.parse().unwrap()
}

fn level(level: f64) -> Level {
    Level::try_from(level).unwrap()
}

fn scale(n: f64) -> Scale {
    Scale::try_from(n).unwrap()
}

fn aim(n: f64, attempts: u64) -> ForecastAim {
    ForecastAim {
        scale: scale(n),
        attempts,
    }
}

/// The success probability of a step.
fn step(n: f64) -> f64 {
    libm::exp(-libm::pow(n / 1e8, -0.35))
}

/// Binomial counts by their inverse distribution functions.
struct Binomial {
    first: u64,
    cumulative: Vec<f64>,
}

impl Binomial {
    fn new(n: u64, p: f64) -> Self {
        let (first, probabilities) = binomial_probabilities(n, p, 1e-18);
        let mut sum = 0.0;
        let cumulative = probabilities.into_iter().map(|probability| {
            sum += probability;
            sum
        });
        Self {
            first,
            cumulative: cumulative.collect(),
        }
    }

    fn draw(&self, uniform: f64) -> u64 {
        let below = self.cumulative.partition_point(|&sum| sum < uniform);
        self.first + (below as u64).min(self.cumulative.len() as u64 - 1)
    }
}

fn rates(metric: Metric, scales: &[f64], means: &[f64], attempts: u64, trials: f64) -> Measured {
    let points = scales.iter().zip(means);
    let point =
        |(&n, &mean): (&f64, &f64)| MeasuredPoint::of_rate(scale(n), mean, attempts, trials);
    Measured::new(metric, points.map(point).collect()).unwrap()
}

fn forecaster(model: ForecastModel, word: &str, of: &str) -> Forecaster {
    let task = scenario();
    let metrics = (metric(word), metric(of));
    let likelihood = RateLikelihood::Binomial;
    Forecaster::new(model, metrics, Some(&task), likelihood, level(0.95)).unwrap()
}

fn root_mean_square(errors: &[f64]) -> f64 {
    let squares: f64 = errors.iter().map(|error| error * error).sum();
    libm::sqrt(squares / errors.len() as f64)
}

#[test]
fn scratch() {
    let replicates: u64 = std::env::var("R").map_or(100, |r| r.parse().unwrap());
    let truth = libm::pow(step(1e11), 10.0);
    for (word, steps, n) in [
        ("exact-match", 10.0, 100_u64),
        ("partial-credit", 1.0, 100),
        ("exact-match", 10.0, 1000),
    ] {
        for model in ForecastModel::ALL {
            if model == ForecastModel::TwoStage {
                continue;
            }
            let skill = matches!(model, ForecastModel::Skill(_));
            if !skill && word == "partial-credit" {
                continue;
            }
            let t0 = std::time::Instant::now();
            let f = forecaster(model, word, "exact-match");
            let prep = t0.elapsed();
            let trials = if steps == 1.0 { 10 * n } else { n };
            let laws: Vec<Binomial> = SCALES
                .iter()
                .map(|&x| Binomial::new(trials, libm::pow(step(x), steps)))
                .collect();
            let (mut errors, mut held, mut failed, mut crossed) = (vec![], 0, 0, 0);
            let mut widths = 0.0;
            let t0 = std::time::Instant::now();
            for replicate in 0..replicates {
                let u = hypothetical_uniforms(Seed::try_from(7).unwrap(), replicate, 5);
                let means: Vec<f64> = laws
                    .iter()
                    .zip(u)
                    .map(|(law, u)| law.draw(u) as f64 / trials as f64)
                    .collect();
                let data = rates(metric(word), &SCALES, &means, n, trials as f64);
                let found: Forecast = match f.forecast(
                    &data,
                    None,
                    &[aim(1e11, n)],
                    Some(Probability::try_from(0.4).unwrap()),
                ) {
                    Ok(found) => found,
                    Err(_) => {
                        failed += 1;
                        continue;
                    }
                };
                let p = found.points[0];
                errors.push(p.predicted - truth);
                let (low, high) = p.confidence;
                held += u64::from(low <= truth && truth <= high);
                widths += high - low;
                let c = found.crossing.unwrap();
                let place = 8.0 + (10.0_f64 / -libm::log(0.4)).log10() / 0.35;
                crossed += u64::from(
                    c.low.is_none_or(|l| l <= place) && c.high.is_none_or(|h| place <= h),
                );
                if replicate == 0 {
                    println!("  {p:?} {c:?}");
                }
            }
            let time = t0.elapsed() / replicates as u32;
            let t0 = std::time::Instant::now();
            for replicate in 0..replicates {
                let u = hypothetical_uniforms(Seed::try_from(7).unwrap(), replicate, 5);
                let means: Vec<f64> = laws
                    .iter()
                    .zip(u)
                    .map(|(law, u)| law.draw(u) as f64 / trials as f64)
                    .collect();
                let data = rates(metric(word), &SCALES, &means, n, trials as f64);
                let _ = f.place_of(&data, None, Probability::try_from(0.5).unwrap());
            }
            let quick = t0.elapsed() / replicates as u32;
            println!(
                "{word} {n} {model}: rmse {:.4} held {held} crossing {crossed} width {:.3} failed {failed} | prep {prep:?} each {time:?} place {quick:?}",
                root_mean_square(&errors),
                widths / errors.len().max(1) as f64
            );
        }
    }
    let _ = Family::PowerLaw;
}
