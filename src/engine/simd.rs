//! How wide a machine's words are: the same code compiled for each, chosen when the program runs. The only file with
//! `unsafe` code.
#![allow(unsafe_code)]

use std::str::FromStr;
use std::sync::OnceLock;

use crate::domain::Rounding;

/// A way to run word operations that this machine is known to have. No result depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Path(Width);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    None,
}

/// Work over any number of words side by side.
pub(super) trait Work {
    type Output;

    /// Does the work on `C` words at a time. It must be compiled into its caller, as must be all that is to run on wide
    /// words: `#[inline(always)]`.
    fn run<const C: usize>(self) -> Self::Output;
}

/// The quickest rounding for work on so many words at a time: all paths with wide vectors multiply and add at once.
pub(super) const fn rounding<const C: usize>() -> Rounding {
    match C {
        WORDS => Rounding::Once,
        _ => Rounding::Twice,
    }
}

// Where one rounding is not at no cost, it is very slow.
const _: () = assert!(WORDS != NARROW_WORDS);

/// A path that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// No path has this name.
    #[error("there is no path `{0}`: choose avx512, avx2 or none")]
    Unknown(String),
    /// This machine cannot take it.
    #[error("this machine has no {name}; it has {}", Path::present().map(Path::name).collect::<Vec<_>>().join(", "))]
    Absent {
        /// Its name.
        name: &'static str,
    },
    /// Attempts were made, or are to be made, on another one.
    #[error("the path {} is in use", in_use.name())]
    InUse {
        /// The other one.
        in_use: Path,
    },
}

static IN_USE: OnceLock<Path> = OnceLock::new();

impl Path {
    /// Those of this machine, the fastest first.
    pub fn present() -> impl Iterator<Item = Self> {
        let paths = Width::ALL.iter().filter(|width| width.is_present());
        paths.map(|&width| Self(width))
    }

    /// The one that all attempts of this process take: the fastest, unless another was [forced](Self::force).
    #[must_use]
    pub fn in_use() -> Self {
        *IN_USE.get_or_init(|| Self::present().next().unwrap_or(Self(Width::None)))
    }

    /// Makes all attempts of this process take this path.
    ///
    /// # Errors
    /// They take another one already.
    pub fn force(self) -> Result<(), PathError> {
        match *IN_USE.get_or_init(|| self) {
            in_use if in_use == self => Ok(()),
            in_use => Err(PathError::InUse { in_use }),
        }
    }

    /// Its name, for the record.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Does the work.
    pub(super) fn run<W: Work>(self, work: W) -> W::Output {
        match self.0 {
            // SAFETY: a path is made only where the machine was seen to have all features of its width.
            #[cfg(target_arch = "x86_64")]
            Width::Avx512 => unsafe { avx512(work) },
            // SAFETY: as above.
            #[cfg(target_arch = "x86_64")]
            Width::Avx2 => unsafe { avx2(work) },
            Width::None => work.run::<NARROW_WORDS>(),
        }
    }
}

/// By its [name](Path::name).
impl FromStr for Path {
    type Err = PathError;

    fn from_str(name: &str) -> Result<Self, PathError> {
        let of_any = ["avx512", "avx2", "none"];
        let Some(name) = of_any.into_iter().find(|known| *known == name) else {
            return Err(PathError::Unknown(name.to_owned()));
        };
        let path = Self::present().find(|path| path.name() == name);
        path.ok_or(PathError::Absent { name })
    }
}

impl Width {
    #[cfg(target_arch = "x86_64")]
    const ALL: &[Self] = &[Self::Avx512, Self::Avx2, Self::None];
    #[cfg(not(target_arch = "x86_64"))]
    const ALL: &[Self] = &[Self::None];

    fn name(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            Self::None => "none",
        }
    }
}

/// Words side by side: two of the widest vectors, and more of narrower ones, since what is done once for all words then
/// counts for less.
const WORDS: usize = 16;

/// Words side by side where no more is known of a machine than its architecture.
const NARROW_WORDS: usize = 8;

/// Compiles work for a set of features, and asks the machine for the same set.
#[cfg(target_arch = "x86_64")]
macro_rules! width {
    ($name:ident, $present:ident, $($feature:tt),+) => {
        $(#[target_feature(enable = $feature)])+
        fn $name<W: Work>(work: W) -> W::Output {
            work.run::<WORDS>()
        }

        fn $present() -> bool {
            $(is_x86_feature_detected!($feature))&&+
        }
    };
}

#[cfg(target_arch = "x86_64")]
width!(
    avx512,
    has_avx512,
    "avx512f",
    "avx512bw",
    "avx512dq",
    "avx512vl",
    "avx512vpopcntdq",
    "avx2",
    "fma",
    "bmi1",
    "bmi2",
    "popcnt"
);
#[cfg(target_arch = "x86_64")]
width!(avx2, has_avx2, "avx2", "fma", "bmi1", "bmi2", "popcnt");

impl Width {
    fn is_present(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => has_avx512(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => has_avx2(),
            Self::None => true,
        }
    }
}
