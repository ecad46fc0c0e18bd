//! Many random attempts, as whole-number counts: no files, no figures, no clocks, no metrics.
//!
//! Every draw is a pure function of an [`Address`], so threads, blocks, order and restarts cannot change a result.
//! Two ways give the same bits: [`Method::Reference`], one plain attempt at a time, and [`Method::Kernel`], 64 attempts
//! to a word.

mod address;
mod ahead;
mod alike;
mod answer;
mod design;
mod draw;
mod hypothesis;
mod item;
mod kernel;
mod philox;
mod reference;
mod role;
mod run;
mod setting;
mod simd;
mod stream;
mod tally;
mod threshold;

pub use address::{Address, Key, LAYOUT, LawHash, TallyKey};
pub use answer::{Answer, Writing};
pub use design::DesignDraws;
pub use hypothesis::hypothetical_uniforms;
pub use kernel::draw_only;
pub use philox::philox4x32_10;
pub use reference::{AttemptRecord, StepRecord, answer, attempt};
pub use role::Role;
pub use run::{
    Control, Event, Failure, Interrupted, Method, Piece, for_all, simulate, tallies, tallies_on,
    tally, tally_on, threads, together, with_threads,
};
pub use setting::Setting;
pub use simd::{Path, PathError};
pub use stream::Stream;
pub use tally::{Cells, ItemSums, LengthTally, Tally};
pub use threshold::{DIGITS, Threshold};
