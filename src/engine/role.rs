//! What a stream of random words is for.

/// Every role has its own streams. The numbers are part of [`LAYOUT`](super::LAYOUT): a new role takes a new number,
/// and so changes no old draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Role {
    /// Whether a step is right: [`DIGITS`](super::DIGITS) words for each step.
    Step = 0,
    /// The remaining digits, for the few lanes that the first ones leave undecided.
    StepTie = 1,
    /// Whole evaluations under a hypothesis: one word for each scale.
    Hypothesis = 2,
}
