//! What an axis counts, the range it shows, and where a value lies on it.

/// The transform of an axis of credit: each is increasing in the credit y.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum CreditAxis {
    /// y.
    #[default]
    Linear,
    /// log10 y: a power law is a straight line; 0 lies at infinity.
    Log,
    /// ln(y / (1 - y)): a logistic rise is a straight line; 0 and 1 lie at infinity.
    Logit,
    /// -ln(-ln y): the exact match of a power-law skill, exp(-L (N/c)^-alpha), is a straight line in log N with a slope
    /// that no number of steps changes; 0 and 1 lie at infinity.
    Cloglog,
}

impl CreditAxis {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Linear, Self::Log, Self::Logit, Self::Cloglog];

    /// The transformed credit: infinite where the credit lies at infinity, not a number outside [0, 1].
    #[must_use]
    pub fn transform(self, credit: f64) -> f64 {
        match self {
            Self::Linear => credit,
            Self::Log => libm::log10(credit),
            Self::Logit => libm::log(credit) - libm::log1p(-credit),
            Self::Cloglog => -libm::log(-libm::log(credit)),
        }
    }

    const fn hides_zero(self) -> bool {
        !matches!(self, Self::Linear)
    }

    const fn hides_one(self) -> bool {
        matches!(self, Self::Logit | Self::Cloglog)
    }
}

/// What an axis counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AxisKind {
    /// log10 of a scale: ticks at powers of ten.
    Decades,
    /// Credit from 0 to 1, transformed.
    Credit(CreditAxis),
    /// Plain numbers of any sign: steps, shares, money per task.
    Number,
    /// Plain numbers above 0, evenly spaced by their logarithm.
    Log,
    /// Words without an order of size, the first at 0, the next at 1 and so on.
    Names(Vec<String>),
}

/// An axis and the range it shows. What lies beyond is drawn at its ends.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it counts, for the reader.
    pub label: String,
    /// How it is ticked.
    pub kind: AxisKind,
    /// Left or lower end: log10 N, credit, or number.
    pub from: f64,
    /// Right or upper end.
    pub to: f64,
    /// Numbers to be marked; none where round ones are.
    pub marks: Vec<f64>,
}

/// A transformed axis shows at most this many powers of ten towards an end that lies at infinity.
const DECADES_SHOWN: i32 = 6;

impl Axis {
    /// From the whole decade below the first to the one above the last of these values of log10 N; at least one decade.
    #[must_use]
    pub fn decades(label: &str, (first, last): (f64, f64)) -> Self {
        // A scale of 1e7 may have a logarithm a hair below 7.
        let hair = 1e-9;
        let (from, to) = ((first + hair).floor(), (last - hair).ceil());
        Self {
            label: label.to_owned(),
            kind: AxisKind::Decades,
            from,
            to: to.max(from + 1.0),
            marks: Vec::new(),
        }
    }

    /// The part of [0, 1] that shows these credits. An end that lies at infinity is replaced by the power of ten (from 0
    /// or from 1) below the least distance among the values, at least 0.1 and at most six decades away.
    #[must_use]
    pub fn credit(label: &str, kind: CreditAxis, values: impl IntoIterator<Item = f64>) -> Self {
        let inside = values.into_iter().filter(|y| *y > 0.0 && *y < 1.0);
        let (least, gap) = inside.fold((1.0_f64, 1.0_f64), |(least, gap), y| {
            (least.min(y), gap.min(1.0 - y))
        });
        let decade = |distance: f64| {
            let power = (libm::log10(distance) + 1e-9).floor() as i32;
            libm::exp10(f64::from(power.clamp(-DECADES_SHOWN, -1)))
        };
        Self {
            label: label.to_owned(),
            kind: AxisKind::Credit(kind),
            from: if kind.hides_zero() {
                decade(least)
            } else {
                0.0
            },
            to: if kind.hides_one() {
                1.0 - decade(gap)
            } else {
                1.0
            },
            marks: Vec::new(),
        }
    }

    /// Plain numbers between two ends.
    #[must_use]
    pub fn number(label: &str, from: f64, to: f64) -> Self {
        Self {
            label: label.to_owned(),
            kind: AxisKind::Number,
            from,
            to,
            marks: Vec::new(),
        }
    }

    /// Numbers above 0 between two ends, spaced by their logarithm.
    #[must_use]
    pub fn logarithm(label: &str, from: f64, to: f64) -> Self {
        Self {
            kind: AxisKind::Log,
            ..Self::number(label, from, to)
        }
    }

    /// Words in this order, each with the same room.
    #[must_use]
    pub fn names(label: &str, names: Vec<String>) -> Self {
        Self {
            label: label.to_owned(),
            from: -0.5,
            to: names.len().max(1) as f64 - 0.5,
            marks: Vec::new(),
            kind: AxisKind::Names(names),
        }
    }

    /// A value as it is spaced along the axis: transformed, where the axis is.
    #[must_use]
    pub fn spaced(&self, value: f64) -> f64 {
        match self.kind {
            AxisKind::Credit(kind) => kind.transform(value.clamp(0.0, 1.0)),
            AxisKind::Log => libm::log10(value.max(0.0)),
            AxisKind::Decades | AxisKind::Number | AxisKind::Names(_) => value,
        }
    }

    /// Where a value lies, from 0 at the first end to 1 at the last; values beyond an end lie at it.
    #[must_use]
    pub fn share(&self, value: f64) -> f64 {
        let (from, to) = (self.spaced(self.from), self.spaced(self.to));
        let share = (self.spaced(value) - from) / (to - from);
        if share.is_nan() {
            0.0
        } else {
            share.clamp(0.0, 1.0)
        }
    }

    /// The words along it; none where it counts.
    pub(super) fn all_names(&self) -> &[String] {
        match &self.kind {
            AxisKind::Names(names) => names,
            _ => &[],
        }
    }

    /// Whether a value lies beyond an end.
    pub(super) fn is_beyond(&self, value: f64) -> bool {
        value < self.from || value > self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transforms_are_what_they_say() {
        // ln 9 and -ln(-ln 0.9), from Python's math module.
        let logit = CreditAxis::Logit.transform(0.9);
        let cloglog = CreditAxis::Cloglog.transform(0.9);
        assert!((logit - 2.197_224_577_336_219).abs() < 1e-12, "{logit}");
        assert!((cloglog - 2.250_367_327_312_445).abs() < 1e-12, "{cloglog}");
        assert!((CreditAxis::Log.transform(0.02) + 1.698_970_004_336_019).abs() < 1e-12);
        for kind in CreditAxis::ALL {
            assert!(kind.transform(0.2) < kind.transform(0.3), "{kind:?}");
        }
    }

    #[test]
    fn ranges_reach_the_least_value_within_six_decades() {
        let ends = |kind, values: &[f64]| {
            let axis = Axis::credit("", kind, values.iter().copied());
            (axis.from, axis.to)
        };
        assert_eq!(ends(CreditAxis::Linear, &[0.2]), (0.0, 1.0));
        assert_eq!(ends(CreditAxis::Log, &[0.0, 0.0037, 0.5]), (1e-3, 1.0));
        assert_eq!(ends(CreditAxis::Log, &[0.001]), (1e-3, 1.0));
        assert_eq!(ends(CreditAxis::Log, &[1e-80]), (1e-6, 1.0));
        assert_eq!(ends(CreditAxis::Log, &[]), (0.1, 1.0));
        assert_eq!(ends(CreditAxis::Logit, &[0.03, 0.96, 1.0]), (0.01, 0.99));
    }

    #[test]
    fn values_beyond_an_end_lie_at_it() {
        let axis = Axis::credit("", CreditAxis::Log, [0.01]);
        assert_eq!(
            [0.0, 1e-9, 0.01, 1.0].map(|y| axis.share(y)),
            [0.0, 0.0, 0.0, 1.0]
        );
        assert!((axis.share(0.1) - 0.5).abs() < 1e-12);
        assert!(axis.is_beyond(0.0) && !axis.is_beyond(0.01));
        assert_eq!(Axis::number("", 1.0, 1.0).share(1.0), 0.0);
    }

    #[test]
    fn numbers_on_a_log_axis_are_spaced_by_their_ratios() {
        let axis = Axis::logarithm("", 1.0, 100.0);
        assert!((axis.share(10.0) - 0.5).abs() < 1e-12);
        assert_eq!([0.0, -3.0, 1e3].map(|x| axis.share(x)), [0.0, 0.0, 1.0]);
        let names = Axis::names("", vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!([0.0, 1.0].map(|x| names.share(x)), [0.25, 0.75]);
    }
}
