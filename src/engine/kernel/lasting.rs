//! Which attempts have a step, where items have different lengths.

use super::group::Group;
use super::words::Words;

/// The lanes of a group by the number of their steps.
pub(super) struct Lasting<const C: usize> {
    longest: u32,
    /// For each number of steps, increasing, the lanes that have more.
    beyond: Vec<(u32, Words<C>)>,
    /// The next of them.
    next: usize,
}

impl<const C: usize> Default for Lasting<C> {
    fn default() -> Self {
        Self {
            longest: 0,
            beyond: Vec::new(),
            next: 0,
        }
    }
}

impl<const C: usize> Lasting<C> {
    pub(super) fn start(&mut self, group: &Group) {
        self.beyond.clear();
        self.longest = group.test.longest();
        if group.test.different_lengths() == 1 {
            return;
        }
        let mut lanes = Vec::with_capacity(64 * C);
        for word in 0..C {
            let block = word % group.blocks();
            let places = group.test.length_places(group.block(block));
            for lane in (0..64).filter(|lane| group.present(block) >> lane & 1 == 1) {
                lanes.push((group.test.length_at(places[lane] as usize), word, lane));
            }
        }
        lanes.sort_unstable();
        let mut lasting = Words::all(!0);
        for (steps, word, lane) in lanes {
            lasting.0[word] &= !(1 << lane);
            match self.beyond.last_mut().filter(|last| last.0 == steps) {
                Some(last) => last.1 = lasting,
                None => self.beyond.push((steps, lasting)),
            }
            self.longest = steps;
        }
    }

    /// The most steps of a lane.
    pub(super) fn longest(&self) -> u32 {
        self.longest
    }

    /// The lanes that have a step, among those that have the one before; steps are asked for in order.
    #[inline(always)]
    pub(super) fn at(&mut self, step: u32) -> Words<C> {
        if step == 0 {
            self.next = 0;
        }
        match self.beyond.get(self.next) {
            Some(&(steps, lasting)) if steps == step => {
                self.next += 1;
                lasting
            }
            _ => Words::all(!0),
        }
    }
}
