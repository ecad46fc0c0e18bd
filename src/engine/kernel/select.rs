//! Thresholds by the number of errors so far, chosen in every lane at once.

use super::planes::Planes;
use super::words::Words;
use crate::engine::{DIGITS, Threshold};

/// The most steps whose thresholds are chosen so: the work for a step grows with the errors that there may be before it.
pub(in crate::engine) const MOST_STEPS: u32 = 128;

/// The values of the last two digits of a number of errors.
const VALUES: usize = 4;

/// For each step, its thresholds after 0, 1, ... errors.
#[derive(Debug)]
pub(in crate::engine) struct ByErrors {
    /// For each step, where it begins in `leaves`, and how many leaves a digit has.
    steps: Vec<(usize, usize)>,
    /// For each step, and each of [`DIGITS`], most significant first, the leaves of a tree over the digits of the number of
    /// errors: bit v of leaf i is the threshold's digit after [`VALUES`] i + v errors.
    leaves: Vec<u8>,
}

impl ByErrors {
    pub(in crate::engine) fn new(steps: u32, threshold: impl Fn(u32, u32) -> Threshold) -> Self {
        let mut all = Self {
            steps: Vec::new(),
            leaves: Vec::new(),
        };
        for step in 0..steps {
            let thresholds: Vec<Threshold> =
                (0..=step).map(|errors| threshold(step, errors)).collect();
            let leaves = thresholds.chunks(VALUES);
            all.steps.push((all.leaves.len(), leaves.len()));
            for place in (0..DIGITS).rev() {
                let digit = |(value, threshold): (usize, &Threshold)| {
                    ((threshold.digits() >> place & 1) as u8) << value
                };
                let leaf = |four: &[Threshold]| four.iter().enumerate().map(digit).sum::<u8>();
                all.leaves.extend(leaves.clone().map(leaf));
            }
        }
        all
    }

    /// The thresholds of a step for attempts with so many errors, by their digits, least significant first.
    #[inline(always)]
    pub(super) fn select<const C: usize>(
        &self,
        step: u32,
        errors: &[Words<C>],
        into: &mut Planes<C>,
    ) {
        let digit = |place: usize| errors.get(place).copied().unwrap_or(Words::NONE);
        let of_value = [
            !digit(0) & !digit(1),
            digit(0) & !digit(1),
            !digit(0) & digit(1),
            digit(0) & digit(1),
        ];
        // The lanes whose last two digits are among the values of a leaf.
        let mut of_leaf = [Words::NONE; 1 << VALUES];
        for leaf in 1..1 << VALUES {
            let rest = of_leaf[leaf & (leaf - 1)];
            of_leaf[leaf] = rest | of_value[leaf.trailing_zeros() as usize];
        }
        let (start, leaves) = self.steps[step as usize];
        let all = &self.leaves[start..start + leaves * DIGITS as usize];
        let mut nodes = [Words::NONE; MOST_STEPS as usize / VALUES / 2];
        for (plane, leaves) in into.0.iter_mut().zip(all.chunks(leaves)) {
            let lanes = |leaf: u8| of_leaf[usize::from(leaf & 15)];
            let join = |zero: Words<C>, one: Words<C>, with: Words<C>| zero ^ with & (zero ^ one);
            let with = digit(2);
            for (node, pair) in nodes.iter_mut().zip(leaves.chunks(2)) {
                *node = match *pair {
                    [zero, one] => join(lanes(zero), lanes(one), with),
                    _ => lanes(pair[0]),
                };
            }
            let mut count = leaves.len().div_ceil(2);
            let mut place = 3;
            while count > 1 {
                let with = digit(place);
                for pair in 0..count / 2 {
                    nodes[pair] = join(nodes[2 * pair], nodes[2 * pair + 1], with);
                }
                if count % 2 == 1 {
                    nodes[count / 2] = nodes[count - 1];
                }
                count = count.div_ceil(2);
                place += 1;
            }
            *plane = nodes[0];
        }
    }
}
