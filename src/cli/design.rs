//! Flags that make a design.
use super::Stop;
use clap::Args;
use mirage::files::SweepWords;
#[derive(Args)]
pub(super) struct DesignArguments {}
impl DesignArguments {
    pub(super) fn words(&self) -> Result<SweepWords, Stop> {
        Ok(SweepWords::default())
    }
}
