//! Blocks of items side by side. The only file that knows of threads.

use std::any::Any;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Path, Setting, Tally, kernel, reference};

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

impl Failure {
    fn of(piece: &Piece, panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        Self {
            first_item: piece.items.start,
            last_item: piece.items.end.saturating_sub(1),
            message: text.unwrap_or_else(|| "no message".to_owned()),
        }
    }
}

/// Some items of a setting.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    setting: &'a Setting,
    items: Range<u64>,
}

impl<'a> Piece<'a> {
    /// Those items of a range that the setting has.
    #[must_use]
    pub fn new(setting: &'a Setting, items: Range<u64>) -> Self {
        let end = items.end.min(setting.items());
        Self {
            setting,
            items: items.start.min(end)..end,
        }
    }

    /// All items.
    #[must_use]
    pub fn all_of(setting: &'a Setting) -> Self {
        Self::new(setting, 0..u64::MAX)
    }

    /// The setting.
    #[must_use]
    pub fn setting(&self) -> &'a Setting {
        self.setting
    }

    /// The items.
    #[must_use]
    pub fn items(&self) -> &Range<u64> {
        &self.items
    }

    /// Steps of all attempts at whole blocks, if each item has as many as the longest.
    #[must_use]
    pub fn outcomes(&self) -> u64 {
        let blocks = self.items.end.div_ceil(64) - self.items.start / 64;
        let steps = u64::from(self.setting.longest());
        let of_block = self.setting.attempts_per_item().saturating_mul(64 * steps);
        blocks.saturating_mul(of_block)
    }
}

/// Step outcomes in a unit of work, about: enough to hide the cost of a hand-over, few enough to share evenly. It never
/// matters for the result.
const OUTCOMES_PER_UNIT: u64 = 1 << 20;

/// Settings with so few outcomes in all share a unit of work: attempts of small ones then fill vectors together.
const OUTCOMES_TOGETHER: u64 = 1 << 18;

/// Attempts every item of every setting; one tally for each, in order.
///
/// # Errors
/// [`Interrupted`] if the caller cancelled. A setting whose work panicked has a [`Failure`] in its place.
pub fn simulate(
    settings: &[Setting],
    method: Method,
    control: &Control<'_>,
) -> Result<Vec<Result<Tally, Failure>>, Interrupted> {
    simulate_by(
        settings,
        control,
        OUTCOMES_PER_UNIT,
        |pieces| match method {
            Method::Kernel => kernel::tallies(Path::in_use(), pieces),
            Method::Reference => pieces.iter().map(reference::tally).collect(),
        },
    )
}

/// Attempts some items of a setting, on this thread. Tallies of disjoint ranges add up to that of their union.
///
/// # Errors
/// The work panicked.
pub fn tally(setting: &Setting, items: Range<u64>) -> Result<Tally, Failure> {
    tally_on(Path::in_use(), setting, items)
}

/// [`tally`] on a path of one's own choice.
///
/// # Errors
/// The work panicked.
pub fn tally_on(path: Path, setting: &Setting, items: Range<u64>) -> Result<Tally, Failure> {
    let piece = Piece::new(setting, items);
    let tally = catch_unwind(AssertUnwindSafe(|| kernel::tally(path, &piece)));
    tally.map_err(|panic| Failure::of(&piece, panic.as_ref()))
}

/// The [tally](tally()) of each piece, in order. It is quicker to ask for small ones [together].
#[must_use]
pub fn tallies(pieces: &[Piece]) -> Vec<Result<Tally, Failure>> {
    tallies_on(Path::in_use(), pieces)
}

/// [`tallies`] on a path of one's own choice.
#[must_use]
pub fn tallies_on(path: Path, pieces: &[Piece]) -> Vec<Result<Tally, Failure>> {
    tallies_by(pieces, &|pieces| kernel::tallies(path, pieces))
}

/// Cuts a list of work into runs of which each is one large piece or some small ones; `outcomes` are those of a piece.
pub fn together<T>(work: &[T], outcomes: impl Fn(&T) -> u64) -> Vec<Range<usize>> {
    runs_within(OUTCOMES_TOGETHER, work, outcomes)
}

fn runs_within<T>(most: u64, work: &[T], outcomes: impl Fn(&T) -> u64) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut sum = 0_u64;
    for (place, one) in work.iter().enumerate() {
        let with = sum.saturating_add(outcomes(one));
        match runs.last_mut() {
            Some(run) if with <= most => {
                run.end = place + 1;
                sum = with;
            }
            _ => {
                runs.push(place..place + 1);
                sum = outcomes(one);
            }
        }
    }
    runs
}

/// Where work panics, it is done again piece by piece: one that fails must not take others with it.
fn tallies_by(
    pieces: &[Piece],
    work: &impl Fn(&[Piece]) -> Vec<Tally>,
) -> Vec<Result<Tally, Failure>> {
    match (catch_unwind(AssertUnwindSafe(|| work(pieces))), pieces) {
        (Ok(tallies), _) => tallies.into_iter().map(Ok).collect(),
        (Err(panic), [piece]) => vec![Err(Failure::of(piece, panic.as_ref()))],
        (Err(_), _) => {
            let one_by_one = pieces.iter().map(slice::from_ref);
            one_by_one
                .flat_map(|piece| tallies_by(piece, work))
                .collect()
        }
    }
}

fn simulate_by(
    settings: &[Setting],
    control: &Control<'_>,
    outcomes_per_unit: u64,
    work: impl Fn(&[Piece]) -> Vec<Tally> + Sync,
) -> Result<Vec<Result<Tally, Failure>>, Interrupted> {
    let units = Units::of(settings, outcomes_per_unit);
    let total = settings
        .iter()
        .map(|setting| Piece::all_of(setting).outcomes());
    let total = total.fold(0, u64::saturating_add);
    let done = AtomicU64::new(0);
    // Whole-number sums are the same in any order, so units add to them as they come.
    let sums: Vec<Mutex<Result<Tally, Failure>>> = settings
        .iter()
        .map(|setting| Mutex::new(Ok(setting.empty_tally())))
        .collect();
    let work = |index: u64| {
        if control.cancel.load(Ordering::Relaxed) {
            return Err(Interrupted);
        }
        let (first, pieces) = units.unit(index, settings);
        for (sum, tally) in sums[first..].iter().zip(tallies_by(&pieces, &work)) {
            add(&mut lock(sum), tally);
        }
        let outcomes = pieces.iter().map(Piece::outcomes);
        let outcomes = outcomes.fold(0, u64::saturating_add);
        let done = done
            .fetch_add(outcomes, Ordering::Relaxed)
            .saturating_add(outcomes)
            .min(total);
        (control.events)(Event::Progress { done, total });
        Ok(())
    };
    for_each(units.count(), total, work)?;
    Ok(sums
        .into_iter()
        .map(|sum| sum.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect())
}

/// Nothing that holds the lock can panic, so what is behind it is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a unit's result; of several failures the one of the first items stays.
fn add(sum: &mut Result<Tally, Failure>, part: Result<Tally, Failure>) {
    match (sum, part) {
        (Ok(sum), Ok(part)) => sum.add(&part),
        (sum @ Ok(_), Err(failure)) => *sum = Err(failure),
        (Err(known), Err(failure)) if failure.first_item < known.first_item => *known = failure,
        (Err(_), _) => {}
    }
}

/// Units of work, numbered: each is some blocks of one setting, or several settings whole.
struct Units {
    /// The settings of each group, and how many blocks of them a unit has.
    groups: Vec<(Range<usize>, u64)>,
    /// The number of the first unit of each group, and that after the last.
    firsts: Vec<u64>,
}

impl Units {
    fn of(settings: &[Setting], outcomes_per_unit: u64) -> Self {
        let mut units = Self {
            groups: Vec::new(),
            firsts: vec![0],
        };
        let most = outcomes_per_unit.min(OUTCOMES_TOGETHER);
        for group in runs_within(most, settings, |setting| Piece::all_of(setting).outcomes()) {
            let mut blocks_per_unit = u64::MAX;
            let mut count = 1;
            if let [setting] = &settings[group.clone()] {
                let of_block = Piece {
                    setting,
                    items: 0..64,
                }
                .outcomes();
                blocks_per_unit = (outcomes_per_unit / of_block).max(1);
                count = setting.blocks().div_ceil(blocks_per_unit);
            }
            units.firsts.push(units.count() + count);
            units.groups.push((group, blocks_per_unit));
        }
        units
    }

    fn count(&self) -> u64 {
        self.firsts[self.firsts.len() - 1]
    }

    /// The pieces of a unit, and the place of the setting of the first; the next piece has the next setting.
    fn unit<'a>(&self, index: u64, settings: &'a [Setting]) -> (usize, Vec<Piece<'a>>) {
        let place = self.firsts.partition_point(|first| *first <= index) - 1;
        let (group, blocks) = &self.groups[place];
        let start = (index - self.firsts[place]).saturating_mul(*blocks);
        let items = start.saturating_mul(64)..start.saturating_add(*blocks).saturating_mul(64);
        let pieces = settings[group.clone()].iter();
        let pieces = pieces
            .map(|setting| Piece::new(setting, items.clone()))
            .collect();
        (group.start, pieces)
    }
}

/// Starting other threads costs more than this many outcomes do.
#[cfg(feature = "parallel")]
const OUTCOMES_WORTH_THREADS: u64 = 10_000_000;

type Work = Result<(), Interrupted>;

#[cfg(feature = "parallel")]
fn for_each(units: u64, outcomes: u64, work: impl Fn(u64) -> Work + Send + Sync) -> Work {
    if outcomes < OUTCOMES_WORTH_THREADS {
        return (0..units).try_for_each(work);
    }
    let next = AtomicU64::new(0);
    let interrupted = AtomicBool::new(false);
    let share = || {
        let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let done = numbers.take_while(|unit| *unit < units).try_for_each(&work);
        interrupted.fetch_or(done.is_err(), Ordering::Relaxed);
    };
    // This thread works as well, from the start: others take a while to come up.
    rayon::in_place_scope(|scope| {
        for _ in 1..(rayon::current_num_threads() as u64).min(units) {
            scope.spawn(|_| share());
        }
        share();
    });
    match interrupted.into_inner() {
        true => Err(Interrupted),
        false => Ok(()),
    }
}

#[cfg(not(feature = "parallel"))]
fn for_each(units: u64, _outcomes: u64, work: impl Fn(u64) -> Work) -> Work {
    (0..units).try_for_each(work)
}

/// Does the same with every value, side by side; what came of each, in order.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
#[cfg(feature = "parallel")]
pub fn for_all<T: Sync, R: Send>(
    values: &[T],
    cancel: &AtomicBool,
    work: impl Fn(&T) -> R + Send + Sync,
) -> Result<Vec<R>, Interrupted> {
    use rayon::prelude::*;
    // One at a time: some take a hundred times as long as others.
    let values = values.par_iter().with_max_len(1);
    values.map(|value| unless(cancel, || work(value))).collect()
}

/// Does the same with every value; what came of each, in order.
///
/// # Errors
/// [`Interrupted`] once `cancel` is set.
#[cfg(not(feature = "parallel"))]
pub fn for_all<T: Sync, R: Send>(
    values: &[T],
    cancel: &AtomicBool,
    work: impl Fn(&T) -> R + Send + Sync,
) -> Result<Vec<R>, Interrupted> {
    let values = values.iter();
    values.map(|value| unless(cancel, || work(value))).collect()
}

fn unless<R>(cancel: &AtomicBool, work: impl FnOnce() -> R) -> Result<R, Interrupted> {
    match cancel.load(Ordering::Relaxed) {
        true => Err(Interrupted),
        false => Ok(work()),
    }
}

/// How many threads share the work here.
#[cfg(feature = "parallel")]
#[must_use]
pub fn threads() -> usize {
    rayon::current_num_threads()
}

/// How many threads share the work here: this build has no others.
#[cfg(not(feature = "parallel"))]
#[must_use]
pub fn threads() -> usize {
    1
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
        // Units of five blocks: the second setting fails in all but the first of its ten.
        let planted = |piece: &Piece| {
            slice::from_ref(piece.setting).as_ptr() == &raw const settings[1]
                && piece.items.start > 0
        };
        let broken = simulate_by(&settings, &control, 3200, |pieces| {
            assert!(!pieces.iter().any(planted), "planted");
            kernel::tallies(Path::in_use(), pieces)
        });
        let broken = broken.unwrap();
        let whole = simulate(&settings, Method::Kernel, &control).unwrap();
        assert_eq!((&broken[0], &broken[2]), (&whole[0], &whole[2]));
        let failure = broken[1].as_ref().unwrap_err();
        assert_eq!((failure.first_item, failure.last_item), (320, 639));
        assert_eq!(failure.message, "planted");
    }

    #[test]
    fn a_panic_among_settings_that_share_a_unit_fails_one() {
        let settings = settings(100);
        let control = Control {
            cancel: &AtomicBool::new(false),
            events: &|_| (),
        };
        let broken = simulate_by(&settings, &control, OUTCOMES_PER_UNIT, |pieces| {
            let planted = |piece: &Piece| std::ptr::eq(piece.setting, &settings[2]);
            assert!(!pieces.iter().any(planted), "planted");
            kernel::tallies(Path::in_use(), pieces)
        });
        let broken = broken.unwrap();
        let whole = simulate(&settings, Method::Kernel, &control).unwrap();
        assert_eq!(broken[..2], whole[..2]);
        assert_eq!(broken[2].as_ref().unwrap_err().last_item, 99);
    }

    #[test]
    fn large_pieces_are_alone_and_small_ones_are_not() {
        let sizes = [3, 4, 9, 20, 1, 2, 7, 1, 11];
        let runs = runs_within(10, &sizes, |size| *size);
        assert_eq!(runs, [0..2, 2..3, 3..4, 4..7, 7..8, 8..9]);
        let none: [u64; 0] = [];
        assert!(runs_within(10, &none, |size| *size).is_empty());
    }

    #[test]
    fn the_size_of_units_changes_nothing() {
        let settings = settings(1234);
        let control = Control {
            cancel: &AtomicBool::new(false),
            events: &|_| (),
        };
        let by_units_of = |outcomes: u64| {
            simulate_by(&settings, &control, outcomes, |pieces| {
                kernel::tallies(Path::in_use(), pieces)
            })
        };
        let plain = simulate(&settings, Method::Reference, &control);
        // One block, three blocks (the last unit has two, the last block 18 items), and all at once.
        for outcomes in [1, 3 * 640, u64::MAX] {
            assert_eq!(by_units_of(outcomes), plain, "{outcomes}");
        }
    }

    #[test]
    fn absurd_sizes_do_not_overflow() {
        let json = r#"{"task": {"steps": 1024}, "evaluation": {"items": 274877906944,
            "attempts": 1073741824, "training-seeds": 1000, "scales": [1e9]}}"#;
        let setting = Setting::at_every_scale(&serde_json::from_str(json).unwrap(), 0);
        let units = Units::of(&setting, OUTCOMES_PER_UNIT);
        let (first, pieces) = units.unit(7, &setting);
        assert_eq!((units.count(), first), (1 << 32, 0));
        assert_eq!(*pieces[0].items(), 7 * 64..8 * 64);
        let control = Control {
            cancel: &AtomicBool::new(true),
            events: &|_| (),
        };
        assert_eq!(
            simulate(&setting, Method::Kernel, &control),
            Err(Interrupted)
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
