//! What the attempts show, and how surely. Values in, values out.

mod curve;
mod estimate;
mod finding;
mod surprise;

pub use curve::{Curve, CurvePoint, expected_curve};
pub use estimate::{
    CreditSummary, Estimate, FEWEST_UNLIKE, Interval, IntervalMethod, upper_bound_at_zero,
};
pub use finding::{Finding, Row, evaluate};
pub use surprise::z_score;
