//! Sums over the attempts at each item.

use std::ops::Range;

use crate::domain::{Count, CountSum, ItemSum, Reducer};
use crate::engine::draw::Try;
use crate::engine::setting::{CellAttempts, TestSet, Word};

/// For each credit that is wanted, its sum over the attempts of a training run at each item of a range, in units of 2^-32.
pub(super) struct Sums<'a> {
    wanted: &'a [ItemSum],
    first_item: u64,
    /// One list for each credit.
    pub(super) of_items: Vec<Vec<u128>>,
    /// One for each credit.
    followed: Vec<Followed>,
}

/// What is wanted of an item's attempts beside their sum; attempts at an item are added in order.
enum Followed {
    Nothing,
    /// When the last of so many right ones came: for each item, how many attempts there were, how many of them right, and
    /// the attempt, from 1; 0 as long as it has not come.
    Successes(u32, Vec<[u32; 3]>),
    /// Which of so many wrong answers were given: for each item, how often each that was.
    Wrong(u32, Vec<Vec<(u32, u32)>>),
}

impl Followed {
    fn of(test: &TestSet, reducer: Reducer, items: usize) -> Self {
        match (reducer.awaited(), test.wrong_answers()) {
            (Some(successes), _) => Self::Successes(successes, vec![[0; 3]; items]),
            (None, answers) if !reducer.is_by_count(answers) => {
                Self::Wrong(answers, vec![Vec::new(); items])
            }
            (None, _) => Self::Nothing,
        }
    }

    fn add(&mut self, item: usize, lane: u32, is_right: bool, block: u32, one: &Try) {
        match self {
            Self::Nothing => {}
            Self::Successes(wanted, items) => {
                let [attempts, right, reached] = &mut items[item];
                *attempts += 1;
                *right += u32::from(is_right);
                if is_right && right == wanted {
                    *reached = *attempts;
                }
            }
            Self::Wrong(answers, items) if !is_right => {
                let answer = one.wrong_answer(*answers, block, lane);
                let given = &mut items[item];
                match given.iter_mut().find(|given| given.0 == answer) {
                    Some(given) => given.1 += 1,
                    None => given.push((answer, 1)),
                }
            }
            Self::Wrong(..) => {}
        }
    }
}

impl<'a> Sums<'a> {
    pub(super) fn new(test: &'a TestSet, items: &Range<u64>) -> Self {
        let wanted = test.item_sums();
        let count = (items.end - items.start) as usize;
        let followed = |place: usize| Followed::of(test, test.reducer(place), count);
        Self {
            wanted,
            first_item: items.start,
            of_items: wanted.iter().map(|_| vec![0; count]).collect(),
            followed: (0..wanted.len()).map(followed).collect(),
        }
    }

    /// Whether anything is a function of this count.
    pub(super) fn want(&self, count: Count) -> bool {
        let mut counted = self.wanted.iter().filter_map(ItemSum::counted);
        counted.any(|wanted| wanted.count == count)
    }

    /// Adds an attempt at the items of a block that are present, with these counts. `places` are those of the items' lengths
    /// among all that there may be; `None` where there is one.
    pub(super) fn add(
        &mut self,
        word: &Word,
        places: Option<&[u32; 64]>,
        count: Count,
        counts: &[u32; 64],
    ) {
        let Word {
            one,
            block,
            present,
        } = word;
        let first = (u64::from(*block) * 64).wrapping_sub(self.first_item);
        let wanted = self.wanted.iter().map(ItemSum::counted);
        let of_count = |wanted: Option<&'a CountSum>| wanted.filter(|wanted| wanted.count == count);
        let wanted = wanted.map(of_count);
        let all = wanted.zip(&mut self.of_items).zip(&mut self.followed);
        for ((wanted, of_items), followed) in all {
            let Some(wanted) = wanted else { continue };
            let units = wanted.at_place(0);
            if let (u64::MAX, None, Followed::Nothing) = (*present, places, &followed) {
                let sums = &mut of_items[first as usize..][..64];
                for (sum, count) in sums.iter_mut().zip(counts) {
                    *sum += u128::from(units[*count as usize]);
                }
                continue;
            }
            let mut present = *present;
            while present != 0 {
                let lane = present.trailing_zeros();
                let place = lane as usize;
                let units = places.map_or(units, |places| wanted.at_place(places[place] as usize));
                let item = first.wrapping_add(u64::from(lane)) as usize;
                let earned = units[counts[place] as usize];
                of_items[item] += u128::from(earned);
                followed.add(item, lane, earned > 0, *block, one);
                present &= present - 1;
            }
        }
    }

    /// What the attempts at an item, by its place in the range, come to under a credit.
    pub(super) fn cell(&self, test: &TestSet, credit: usize, item: usize) -> u64 {
        let right = self.of_items[credit][item];
        match &self.followed[credit] {
            Followed::Nothing => test.cell(credit, right, CellAttempts::default()),
            Followed::Successes(_, items) => {
                let [_, _, reached] = items[item];
                let reached = (reached > 0).then_some(reached);
                let wrong = &[];
                test.cell(credit, right, CellAttempts { reached, wrong })
            }
            Followed::Wrong(_, items) => {
                let wrong: Vec<u32> = items[item].iter().map(|given| given.1).collect();
                let (reached, wrong) = (None, wrong.as_slice());
                test.cell(credit, right, CellAttempts { reached, wrong })
            }
        }
    }
}
