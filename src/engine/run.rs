//! Blocks of items side by side. The only file that knows of threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::{Setting, Tally, kernel, reference};

/// The path the kernel takes on this machine, for the record.
pub const SIMD_PATH: &str = "u64";

/// Which of the two ways to the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// One plain attempt at a time.
    Reference,
    /// 64 attempts to a word.
    Kernel,
}

/// What long work tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// This many step outcomes of all are done.
    Progress {
        /// Done so far.
        done: u64,
        /// All there are.
        total: u64,
    },
}

/// A caller's hold on long work.
pub struct Control<'a> {
    /// Set to stop at the next block boundary.
    pub cancel: &'a AtomicBool,
    /// Called from any thread, after each unit of work.
    pub events: &'a (dyn Fn(Event) + Sync),
}

/// The caller asked to stop; nothing partial is returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// Work on one setting panicked; the others are not affected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a defect in mirage stopped the attempts at items {first_item} to {last_item}: {message}")]
pub struct Failure {
    /// First item of the failed blocks.
    pub first_item: u64,
    /// Last item of the failed blocks.
    pub last_item: u64,
    /// What the panic said.
    pub message: String,
}

/// Some blocks of one setting: the grain of parallel work. Its size never matters for the result.
#[derive(Clone)]
struct Unit {
    setting: usize,
    blocks: std::ops::Range<u64>,
    outcomes: u64,
}

/// Step outcomes in a unit, about: enough to hide the cost of a hand-over, few enough to share evenly.
const OUTCOMES_PER_UNIT: u64 = 1 << 20;

/// Attempts every item of every setting; one tally for each, in order.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled. A setting whose work panicked has a [`Failure`] in its place.
pub fn simulate(
    settings: &[Setting],
    method: Method,
    control: &Control<'_>,
) -> Result<Vec<Result<Tally, Failure>>, Interrupted> {
    simulate_by(settings, control, |setting, blocks| match method {
        Method::Kernel => kernel::tally(setting, blocks),
        Method::Reference => reference::tally(
            setting,
            blocks.start * 64..(blocks.end * 64).min(setting.items()),
        ),
    })
}

fn simulate_by(
    settings: &[Setting],
    control: &Control<'_>,
    tally: impl Fn(&Setting, std::ops::Range<u64>) -> Tally + Sync,
) -> Result<Vec<Result<Tally, Failure>>, Interrupted> {
    let units: Vec<Unit> = settings
        .iter()
        .enumerate()
        .flat_map(|(i, setting)| units_of(i, setting))
        .collect();
    let total = units.iter().map(|unit| unit.outcomes).sum();
    let done = AtomicU64::new(0);
    let work = |unit: &Unit| {
        if control.cancel.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        let setting = &settings[unit.setting];
        let result = catch_unwind(AssertUnwindSafe(|| tally(setting, unit.blocks.clone())));
        let done = done.fetch_add(unit.outcomes, Ordering::Relaxed) + unit.outcomes;
        (control.events)(Event::Progress { done, total });
        Ok(result.map_err(|panic| Failure {
            first_item: unit.blocks.start * 64,
            last_item: (unit.blocks.end * 64).min(setting.items()) - 1,
            message: panic_message(panic.as_ref()),
        }))
    };
    let mut tallies: Vec<Result<Tally, Failure>> = settings
        .iter()
        .map(|setting| Ok(setting.empty_tally()))
        .collect();
    for (unit, result) in units.iter().zip(in_parallel(&units, total, work)) {
        match (&mut tallies[unit.setting], result?) {
            (Ok(sum), Ok(part)) => sum.add(&part),
            (sum @ Ok(_), Err(failure)) => *sum = Err(failure),
            (Err(_), _) => {}
        }
    }
    Ok(tallies)
}

fn units_of(index: usize, setting: &Setting) -> impl Iterator<Item = Unit> + use<> {
    let per_block = 64 * setting.attempts_per_item() * setting.thresholds().len() as u64;
    let size = (OUTCOMES_PER_UNIT / per_block).max(1);
    let blocks = setting.blocks();
    (0..blocks.div_ceil(size)).map(move |i| {
        let blocks = i * size..((i + 1) * size).min(blocks);
        Unit {
            setting: index,
            outcomes: (blocks.end - blocks.start) * per_block,
            blocks,
        }
    })
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}

/// Waking other threads costs more than this many outcomes do.
#[cfg(feature = "parallel")]
const OUTCOMES_WORTH_THREADS: u64 = 4 << 20;

#[cfg(feature = "parallel")]
fn in_parallel<R: Send>(
    units: &[Unit],
    outcomes: u64,
    work: impl Fn(&Unit) -> R + Send + Sync,
) -> Vec<R> {
    use rayon::prelude::*;
    if outcomes < OUTCOMES_WORTH_THREADS {
        return units.iter().map(work).collect();
    }
    units.par_iter().map(work).collect()
}

#[cfg(not(feature = "parallel"))]
fn in_parallel<R>(units: &[Unit], _outcomes: u64, work: impl Fn(&Unit) -> R) -> Vec<R> {
    units.iter().map(work).collect()
}

/// Runs `work` on this many threads (`None`: as many as there are cores). The result never depends on their number.
///
/// # Errors
/// The operating system has no more threads to give; its message.
#[cfg(feature = "parallel")]
pub fn with_threads<R: Send>(
    threads: Option<std::num::NonZeroUsize>,
    work: impl FnOnce() -> R + Send,
) -> Result<R, String> {
    match threads {
        None => Ok(work()),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads.get())
                .build();
            pool.map(|pool| pool.install(work))
                .map_err(|error| error.to_string())
        }
    }
}

/// Runs `work` on this thread: this build has no others.
///
/// # Errors
/// None.
#[cfg(not(feature = "parallel"))]
pub fn with_threads<R: Send>(
    _threads: Option<std::num::NonZeroUsize>,
    work: impl FnOnce() -> R + Send,
) -> Result<R, String> {
    Ok(work())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Items, Scenario};

    fn settings(items: u64) -> Vec<Setting> {
        let mut scenario = Scenario::default();
        scenario.evaluation.items = Items::try_from(items).unwrap();
        let scales = scenario.evaluation.scales.as_slice();
        scales[20..23]
            .iter()
            .map(|&scale| Setting::new(&scenario, scale, 0))
            .collect()
    }

    #[test]
    fn a_panic_fails_its_setting_and_no_other() {
        let settings = settings(3000);
        let control = Control {
            cancel: &AtomicBool::new(false),
            events: &|_| (),
        };
        let broken = simulate_by(&settings, &control, |setting, blocks| {
            assert!(!std::ptr::eq(setting, &settings[1]), "planted");
            kernel::tally(setting, blocks)
        });
        let broken = broken.unwrap();
        let whole = simulate(&settings, Method::Kernel, &control).unwrap();
        assert_eq!((&broken[0], &broken[2]), (&whole[0], &whole[2]));
        let failure = broken[1].as_ref().unwrap_err();
        assert_eq!(
            (failure.last_item, failure.message.as_str()),
            (2999, "planted")
        );
    }

    #[test]
    fn a_cancelled_run_returns_nothing() {
        let control = Control {
            cancel: &AtomicBool::new(true),
            events: &|_| (),
        };
        assert_eq!(
            simulate(&settings(64), Method::Kernel, &control),
            Err(Interrupted)
        );
    }

    #[test]
    fn progress_ends_at_the_total() {
        let last = std::sync::Mutex::new((0, 1));
        let events = |Event::Progress { done, total }: Event| *last.lock().unwrap() = (done, total);
        let control = Control {
            cancel: &AtomicBool::new(false),
            events: &events,
        };
        simulate(&settings(1000), Method::Kernel, &control)
            .unwrap()
            .into_iter()
            .for_each(|tally| drop(tally.unwrap()));
        let (done, total) = *last.lock().unwrap();
        assert_eq!((done, total), (total, 3 * 16 * 64 * 10));
    }
}
