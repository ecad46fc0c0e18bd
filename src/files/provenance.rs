//! Where a result came from: the one file with times and machine facts.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::scenario_file::Loaded;
use crate::domain::{Schema, Seed};
use crate::engine::{LAYOUT, LawHash, Path};

/// A file or text that a result was computed from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Input {
    /// The name of the scenario read from it.
    pub scenario: String,
    /// Where it was, as the user named it.
    pub origin: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The scenario's seed.
    pub seed: Seed,
    /// Hash of the law: attempts are addressed by it.
    pub law: String,
}

impl Input {
    /// Describes the text that a scenario was read from.
    #[must_use]
    pub fn new(loaded: &Loaded) -> Self {
        Self {
            scenario: loaded.name.clone(),
            origin: loaded.origin.clone(),
            sha256: sha256(loaded.text.as_bytes()),
            seed: loaded.scenario.seed,
            law: LawHash::from_canonical(&loaded.scenario.canonical_law()).to_hex(),
        }
    }
}

/// What it takes to make a result again, and what it was made with.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Provenance {
    schema: Schema,
    software: &'static str,
    version: &'static str,
    command: Vec<String>,
    /// The seed of all scenarios, or null where they differ: see `inputs`.
    seed: Option<Seed>,
    layout: u32,
    simd_path: &'static str,
    started: String,
    finished: String,
    environment: Environment,
    inputs: Vec<Input>,
    /// What a complete sweep is recognised by.
    #[serde(skip_serializing_if = "Option::is_none")]
    sweep: Option<SweepMark>,
}

/// What a complete sweep is recognised by: the text of its scenario, and how long its tables are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct SweepMark {
    pub(super) scenario_sha256: String,
    /// Bytes of each.
    pub(super) tables: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Environment {
    operating_system: &'static str,
    architecture: &'static str,
    cores: usize,
}

impl Provenance {
    /// A record of this process, for work that began at `started` and ends now. Times are UTC (RFC 3339).
    #[must_use]
    pub fn new(command: Vec<String>, started: SystemTime, inputs: Vec<Input>) -> Self {
        let time = |at| humantime::format_rfc3339_seconds(at).to_string();
        Self {
            schema: Schema::CURRENT,
            software: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            command,
            seed: common_seed(&inputs),
            layout: LAYOUT,
            simd_path: Path::in_use().name(),
            started: time(started),
            finished: time(SystemTime::now()),
            environment: Environment {
                operating_system: std::env::consts::OS,
                architecture: std::env::consts::ARCH,
                cores: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            },
            inputs,
            sweep: None,
        }
    }

    /// The same for a sweep.
    pub(super) fn of_sweep(self, mark: SweepMark) -> Self {
        Self {
            sweep: Some(mark),
            ..self
        }
    }
}

fn common_seed(inputs: &[Input]) -> Option<Seed> {
    let first = inputs.first()?.seed;
    inputs
        .iter()
        .all(|input| input.seed == first)
        .then_some(first)
}

/// SHA-256 in hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
