//! Step outcomes a second: the kernel against the reference and against drawing alone, by the number of steps.
//!
//! `cargo bench`; read the ratios, the seconds belong to the machine. Every measurement uses a replicate of its own:
//! with one replicate again and again, the branch predictor would learn its ties.

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mirage::domain::{Scale, Scenario};
use mirage::engine::{Address, Control, DIGITS, LawHash, Method, Role, Setting, simulate};

fn scenario(items: u64, steps: u32) -> Scenario {
    let json = format!(r#"{{"evaluation": {{"items": {items}}}, "task": {{"steps": {steps}}}}}"#);
    serde_json::from_str(&json).unwrap_or_default()
}

fn attempts(criterion: &mut Criterion) {
    let replicate = AtomicU64::new(0);
    let fresh = || replicate.fetch_add(1, Ordering::Relaxed);
    let Ok(scale) = Scale::try_from(3e9) else {
        return;
    };
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    for (method, name, items) in [
        (Method::Kernel, "kernel", 20_000),
        (Method::Reference, "reference", 640),
    ] {
        let mut group = criterion.benchmark_group(name);
        for steps in [1, 10, 100] {
            let scenario = scenario(items, steps);
            group.throughput(Throughput::Elements(items * u64::from(steps)));
            group.bench_function(BenchmarkId::from_parameter(steps), |bencher| {
                bencher.iter(|| {
                    let setting = Setting::new(&scenario, scale, fresh());
                    // Too little work to wake other threads: this measures one.
                    simulate(black_box(&[setting]), method, &control).is_ok()
                });
            });
        }
    }
    // The words that 64 lanes of a hundred steps need, and nothing done with them.
    let mut group = criterion.benchmark_group("words only");
    let steps = 100;
    group.throughput(Throughput::Elements(64 * u64::from(steps)));
    group.bench_function(BenchmarkId::from_parameter(steps), |bencher| {
        let scenario = Scenario::default();
        let law = Some(LawHash::from_canonical(&scenario.canonical_law()));
        let seed = scenario.seed;
        bencher.iter(|| {
            let address = Address {
                seed,
                law,
                scale: Some(scale),
                training_seed: 0,
                replicate: fresh(),
            };
            let mut stream = address.key(Role::Step).stream(0, 0);
            (0..steps * DIGITS).fold(0, |sum, _| sum ^ stream.next_word())
        });
    });
}

criterion_group!(benches, attempts);
criterion_main!(benches);
