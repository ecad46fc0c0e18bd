//! The scenarios that come with the program.

/// A scenario embedded in the program.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// The name by which commands take it.
    pub name: &'static str,
    /// Its commented file.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// Every shipped scenario; the first two are the worlds that run when none is named.
        pub const SHIPPED: &[Shipped] = &[
            $(Shipped { name: $name, text: include_str!(concat!("../../configs/", $name, ".toml")) }),+
        ];
    };
}

shipped![
    "default",
    "even-steps",
    "power-law-translation",
    "logistic-steepening",
    "saturating-skill",
    "tiny-test-set",
    "few-scales",
    "pass-mark-sharpens",
    "genuine-break",
    "multi-step-arithmetic",
    "chain-of-thought",
    "code-generation",
    "one-in-a-thousand",
];
