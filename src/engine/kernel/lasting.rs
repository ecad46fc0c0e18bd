//! Which attempts have a step, where items have different lengths.

use super::group::Group;
use super::words::Words;

/// The lanes of a group by the number of their steps.
pub(super) struct Lasting<const C: usize> {
    longest: u32,
    /// For each number of steps, increasing, the lanes that have more.
    beyond: Vec<(u32, Words<C>)>,
    /// For each place in the list of lengths, the lanes that end there; none between groups.
    ends: Vec<Words<C>>,
    /// The next of them.
    next: usize,
}

impl<const C: usize> Default for Lasting<C> {
    fn default() -> Self {
        Self {
            longest: 0,
            beyond: Vec::new(),
            ends: Vec::new(),
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
        self.ends
            .resize(group.test.different_lengths(), Words::NONE);
        for word in 0..C {
            let block = word % group.blocks();
            let places = group.test.length_places(group.block(block));
            let present = group.present(block);
            for (lane, place) in places.into_iter().enumerate() {
                self.ends[place as usize].0[word] |= present & 1 << lane;
            }
        }
        let mut lasting = Words::all(!0);
        for (place, ends) in self.ends.iter_mut().enumerate() {
            if ends.any() {
                lasting = lasting & !*ends;
                *ends = Words::NONE;
                self.longest = group.test.length_at(place);
                self.beyond.push((self.longest, lasting));
            }
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
