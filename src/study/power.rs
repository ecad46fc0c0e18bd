//! How surely a design finds what is there: what decides in one evaluation, and how many of anything a power needs.

mod above_chance;
mod answers;
mod arms;
mod break_tests;
mod closed_form;
mod critical;
mod decision;
mod design_number;
mod dip_test;
mod finding;
mod least_items;
mod means;
mod multiplicity;
mod over_tasks;
mod paired;
mod plan;
mod planned;
mod probit;
mod replicates;
mod settings;
mod solve;
mod successes;
mod two_rates;

pub use above_chance::{
    AboveChance, items_above_chance, normal_items_above_chance, normal_power_above_chance,
};
pub use answers::{NoNumber, PowerAtValue, SolvedPower, power, power_curve, powers_of, required};
pub use arms::{ReportedDifferences, reported_differences};
pub use break_tests::nearest_smooth;
pub use closed_form::{BreakFreedom, ClosedForm, PowerAim, PowerFormula};
pub use critical::{CriticalError, CriticalValue, ReplicateStatistics};
pub use decision::{BreakDecision, BreakDecisions};
pub use design_number::{DesignNumber, DesignNumberError};
pub use finding::{
    Critical, FalseAlarms, NoPower, OverTasks, PowerFinding, PowerRow, SmoothLaw, TestPower,
    Verdicts,
};
pub use least_items::{MOST_EXACT_ITEMS, NoItems};
pub use means::{MeanError, MeanOf, MeanTest};
pub use multiplicity::Correction;
pub use paired::{Discordant, DiscordantError, ReportedDifference};
pub use plan::{BreakPlace, PowerPlan, PowerPlanError};
pub use planned::{PlannedPower, planned_powers};
pub(in crate::study) use replicates::{Extent, Work, scenario_outcomes};
pub use settings::{ListError, OneOrMore, PowerSettings, PowerTest, Tasks};
pub use solve::{
    NumberKind, RequiredMethod, RequiredNumber, SolveError, SoughtError, SoughtNumber, TriedNumber,
    solve_for_power,
};
pub use successes::{Successes, SuccessesError};
pub use two_rates::{TwoRates, items_for_two_rates};
