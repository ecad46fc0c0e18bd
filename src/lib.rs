#![doc = include_str!("../README.md")]
//!
//! # The layers
//!
//! Imports only point up this table; `tests/architecture.rs` enforces it.
//!
//! | layer      | question it answers                                  | must not know about              |
//! |------------|------------------------------------------------------|----------------------------------|
//! | [`domain`] | what is a skill, a task, a metric; what is expected? | chance, files, threads, clocks   |
//! | [`engine`] | what happens in many random attempts?                | metrics, files, figures, clocks  |
//! | [`study`]  | what do the attempts show, how surely?               | files, figures, terminals        |
//! | [`report`] | how is a finding shown?                              | chance, statistics, files        |
//! | [`files`]  | where do scenarios come from and results go?         | terminals                        |
//!
//! The command line is the binary's own module, so that no layer can depend on it.

#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod domain;
pub mod engine;
pub mod files;
pub mod report;
pub mod study;
