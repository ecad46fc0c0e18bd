//! What a success rate means for whoever would use the skill: what a success costs, how long a task may be, what a vote
//! buys. Formulas with their assumptions; nothing here knows of scales.

mod cost;
mod duration;
mod horizon;
mod items;
mod marginal;
mod vote;

pub use cost::{Accepted, accepted, steps_with_checkpoints, steps_with_restarts, tries};
pub use duration::DurationLaw;
pub use horizon::{
    horizon, longest_task, rounded_up_horizon, step_success_for, step_success_for_twice,
};
pub use items::ItemSuccess;
pub use marginal::{marginal_log_odds, typical_over_marginal};
pub use vote::Vote;
