//! Many scenarios, and what came of each.

use serde_json::Value;

use super::Finding;
use crate::domain::Scenario;

/// One scenario of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its place in the design, from 0.
    pub number: u64,
    /// The value of each swept key, in the order of the keys: a number, a text (a table as TOML writes it in one line), or
    /// null where this point's kind has no such key.
    pub settings: Vec<Value>,
    /// The scenario itself.
    pub scenario: Scenario,
}

/// What came of one point.
#[derive(Clone, Debug)]
pub struct PointFinding {
    /// Its place in the design, from 0.
    pub number: u64,
    /// As in [`Point::settings`].
    pub settings: Vec<Value>,
    /// What was counted at this point, and what it says.
    pub finding: Finding,
}

/// What came of a sweep, or of a part of it.
#[derive(Clone, Debug)]
pub struct SweepFinding {
    /// The swept keys, full and dotted.
    pub keys: Vec<String>,
    /// By number.
    pub points: Vec<PointFinding>,
}
