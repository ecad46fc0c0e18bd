//! Laws fitted to scores that somebody measured: which families hold, with what numbers, how many steps the task looks to
//! have, and whether the law breaks.

mod all_right;
mod break_test;
mod curves;
mod finding;
mod hazard;
mod law;
mod scores;
mod settings;
mod steps;

pub use all_right::AllRightGiven;
pub use break_test::{BreakTest, FEWEST_SCALES, NoBreakTest, SmoothNull};
pub use curves::{LawCurve, LawCurves, ScoreInterval, law_curves};
pub use finding::{
    ExactMatchAlone, LawFinding, LawFitPlan, MetricLaws, NoScenario, equal_steps, fit_laws,
    to_scenario,
};
pub use hazard::StepSuccess;
pub use law::{HeldOut, LawFit, MOST_HELD_OUT, ParameterEstimate};
pub use scores::NoLaw;
pub use settings::{BreakQuestion, LawFitSettings};
pub use steps::{
    Heterogeneity, MOST_STEPS, NoSteps, StepsAtScale, StepsProfile, StepsRange, StepsText,
    StepsUntold,
};
