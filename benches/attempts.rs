//! Step outcomes a second on one thread, for plain and structured tasks on every path of this machine.
//!
//! `cargo bench --bench attempts`; read the ratios, the seconds belong to the machine.

mod workload;

use std::cell::Cell;
use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mirage::engine::Path;
use workload::{WORKLOADS, attempt, draw};

const ITEMS: u64 = 2048;

fn attempts(criterion: &mut Criterion) {
    let replicate = Cell::new(0);
    let fresh = || replicate.replace(replicate.get() + 1);
    for path in Path::present() {
        let mut group = criterion.benchmark_group(path.name());
        for workload in WORKLOADS {
            let outcomes = attempt(path, &workload.settings(ITEMS, fresh()));
            group.throughput(Throughput::Elements(outcomes));
            group.bench_function(BenchmarkId::from_parameter(workload.name), |bencher| {
                bencher.iter_batched(
                    || workload.settings(ITEMS, fresh()),
                    |settings| attempt(path, black_box(&settings)),
                    BatchSize::SmallInput,
                );
            });
        }
        let outcomes = 5_000_000;
        group.throughput(Throughput::Elements(draw(path, outcomes, fresh())));
        group.bench_function(BenchmarkId::from_parameter("drawing alone"), |bencher| {
            bencher.iter(|| draw(path, outcomes, fresh()));
        });
    }
}

criterion_group!(benches, attempts);
criterion_main!(benches);
