//! `mirage verify` in small, and that it rejects what is wrong.

use std::sync::atomic::AtomicBool;

use mirage::domain::Items;
use mirage::engine::Control;
use mirage::study::{Verification, World, verify, worlds};

fn verified(worlds: &[World], seed: u64, items: u64) -> Verification {
    let control = Control {
        cancel: &AtomicBool::new(false),
        events: &|_| (),
    };
    let (seed, items) = (seed.try_into().unwrap(), Items::try_from(items).unwrap());
    verify(worlds, seed, items, &control).unwrap()
}

#[test]
#[ignore]
fn verify_dev() {
    let worlds = worlds();
    let began = std::time::Instant::now();
    let done = verified(&worlds, 20230428, 4000);
    println!("{:?}", began.elapsed());
    for (name, worst) in done
        .by_structure(&worlds)
        .into_iter()
        .chain(done.by_quantity())
    {
        let c = worst.check;
        println!(
            "{name:24} {:7} {:9.2e} {:9.2e} {:?} {:.3e} {} {:?} {:?}",
            worst.count,
            c.p_value,
            worst.corrected(),
            worlds[c.world].structures,
            c.scale.get(),
            c.quantity,
            c.observed,
            c.expected
        );
    }
    println!("{}", done.checks.len());
}
