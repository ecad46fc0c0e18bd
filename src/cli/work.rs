//! Flags of commands that work for a while.

use std::num::NonZeroUsize;

use clap::Args;
use mirage::files::Dissection;
use mirage::study::NULL_REPLICATES;

use super::progress::Progress;
use super::{ProgressStyle, threads};

#[derive(Args)]
pub(super) struct WorkArguments {
    /// Threads [default: all cores]; results never depend on their number
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub(super) jobs: Option<NonZeroUsize>,

    /// Progress on standard error
    #[arg(long, value_enum, default_value_t)]
    progress: ProgressStyle,

    /// Say nothing on standard error but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

impl WorkArguments {
    /// Progress as it is wanted, from now on.
    pub(super) fn progress(&self) -> Progress {
        Progress::new(match self.quiet {
            true => ProgressStyle::None,
            false => self.progress,
        })
    }
}

// What of an anatomy is wanted.
#[derive(Args)]
pub(super) struct NullArguments {
    /// Hold scores of the anatomy against evaluations under both null hypotheses as well: slow
    #[arg(long)]
    pub(super) nulls: bool,
}

impl NullArguments {
    pub(super) fn dissection(&self) -> Dissection {
        match self.nulls {
            true => Dissection::WithNulls(NULL_REPLICATES),
            false => Dissection::WithoutNulls,
        }
    }
}
