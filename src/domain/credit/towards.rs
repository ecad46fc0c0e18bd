//! Credits on the way from one to another that differs by its number only.

use super::{Credit, Exponent, Share};

impl Credit {
    /// The credit at a share, from 0 to 1, of the way to another: powers in even ratios, to three digits; pass-marks in even
    /// steps, to thousandths. None on the way to a credit of another kind, or to the same one.
    #[must_use]
    pub fn towards(self, to: Self, share: f64) -> Option<Self> {
        match (self, to) {
            (Self::Harshness(from), Self::Harshness(to)) if from != to => {
                from.towards(to, share).map(Self::Harshness)
            }
            (Self::PassMark(from), Self::PassMark(to)) if from != to => {
                from.towards(to, share).map(Self::PassMark)
            }
            _ => None,
        }
    }
}

impl Exponent {
    fn towards(self, to: Self, share: f64) -> Option<Self> {
        let (from, to) = (libm::log(self.get()), libm::log(to.get()));
        let power = libm::exp(from + (to - from) * share);
        // Written and read back, as a metric is, so that its name tells all of it.
        format!("{power:.2e}").parse().ok()
    }
}

impl Share {
    fn towards(self, to: Self, share: f64) -> Option<Self> {
        let (from, to) = (f64::from(self), f64::from(to));
        format!("{:.3}", from + (to - from) * share).parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_grow_in_even_ratios_and_marks_in_even_steps() {
        let way = |from: &str, to: &str, share: f64| {
            let (from, to): (Credit, Credit) = (from.parse().unwrap(), to.parse().unwrap());
            from.towards(to, share).map(|credit| credit.to_string())
        };
        let power = |share| way("harshness:2", "harshness:32", share).unwrap();
        assert_eq!(
            [0.0, 0.25, 0.3, 1.0].map(power),
            [
                "harshness:2",
                "harshness:4",
                "harshness:4.59",
                "harshness:32"
            ]
        );
        let mark = |share| way("pass-mark:0.1", "pass-mark:1", share).unwrap();
        assert_eq!(
            [0.0, 1.0 / 3.0, 0.7, 1.0].map(mark),
            [
                "pass-mark:0.1",
                "pass-mark:0.4",
                "pass-mark:0.73",
                "pass-mark:1"
            ]
        );
        assert_eq!(way("harshness:2", "pass-mark:0.5", 0.5), None);
        assert_eq!(way("harshness:2", "harshness:2", 0.5), None);
        assert_eq!(way("exact-match", "partial-credit", 0.5), None);
    }
}
