//! How surely a design finds what is there: what decides in one evaluation, and how many of anything a power needs.

mod above_chance;
mod closed_form;
mod critical;
mod decision;
mod least_items;
mod means;
mod multiplicity;
mod paired;
mod probit;
mod solve;
mod successes;
mod two_rates;

pub use above_chance::{
    AboveChance, items_above_chance, normal_items_above_chance, normal_power_above_chance,
};
pub use closed_form::{ClosedForm, PowerAim, PowerFormula};
pub use critical::{CriticalError, CriticalValue, ReplicateStatistics};
pub use decision::{BreakDecision, BreakDecisions};
pub use least_items::{MOST_EXACT_ITEMS, NoItems};
pub use means::{MeanError, MeanOf, MeanTest};
pub use multiplicity::Correction;
pub use paired::{Discordant, DiscordantError};
pub use solve::{
    NumberKind, RequiredMethod, RequiredNumber, SolveError, SoughtError, SoughtNumber, TriedNumber,
    solve_for_power,
};
pub use successes::{Successes, SuccessesError};
pub use two_rates::{TwoRates, items_for_two_rates};
