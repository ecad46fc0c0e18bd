//! A sweep from its study to its tables.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::SystemTime;

use super::aside::Aside;
use super::document::{DocumentError, absent};
use super::provenance::{Input, Provenance};
use super::read_error::plainly;
use super::store::{Store, StoreError};
use super::study_file::{Study, key_names};
use super::sweep::{self, Dissection, SweepControl, SweepError};
use super::sweep_folder::{
    ANATOMY, SUMMARY, SweepFolder, SweepFolderError, SweepPlace, is_complete,
};
use super::tally_log::Repair;
use crate::domain::{dotted_values, known_keys};
use crate::engine::Interrupted;
use crate::report::{self, Header};
use crate::study::{
    Condition, ConditionError, Plan, PointFinding, Shard, SweepFinding, Unit, outcomes,
};

/// Why a sweep did not come to its end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SweepRunError {
    /// It cannot go on in its folder.
    #[error(transparent)]
    Folder(#[from] SweepFolderError),
    /// Its tallies cannot be read or kept, or the caller asked to stop.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// A table could not be written.
    #[error("cannot write {path}: {error}")]
    Table {
        /// The table.
        path: String,
        /// Why.
        error: String,
    },
    /// A file is in the way.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// A condition cannot be read, or makes no sense of a point.
    #[error("--where: {0}")]
    Condition(#[from] ConditionError),
    /// A condition holds for no point.
    #[error("--where {condition}: it holds for none of {all} points")]
    NoPoint {
        /// The condition.
        condition: String,
        /// How many points there are.
        all: usize,
    },
    /// Whoever read what was shown has had enough.
    #[error("nobody reads on")]
    Closed,
}

impl From<StoreError> for SweepRunError {
    fn from(error: StoreError) -> Self {
        Self::Sweep(error.into())
    }
}

impl From<Interrupted> for SweepRunError {
    fn from(interrupted: Interrupted) -> Self {
        Self::Sweep(interrupted.into())
    }
}

/// A study, what must be counted for it, and what has been.
#[derive(Debug)]
pub struct Sweep {
    study: Study,
    plan: Plan,
    shard: Option<Shard>,
    medium: Medium,
}

#[derive(Debug)]
enum Medium {
    Memory(Store),
    /// Worked on.
    Folder(Box<SweepFolder>),
    /// Looked at.
    Reading(Store),
}

/// How much there is to a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Points.
    pub points: u64,
    /// Points times their scales.
    pub scales: u64,
    /// Attempts: tallies that points have in common once.
    pub attempts: u64,
    /// Step outcomes of those attempts.
    pub outcomes: u64,
}

impl Sweep {
    /// A sweep that writes nothing to disk.
    ///
    /// # Errors
    /// [`Interrupted`] once `cancel` is set.
    pub fn in_memory(study: Study, cancel: &AtomicBool) -> Result<Self, Interrupted> {
        Ok(Self {
            plan: Plan::of(&study.points, cancel)?,
            study,
            shard: None,
            medium: Medium::Memory(Store::in_memory()),
        })
    }

    /// A sweep, or a shard of one, in a folder that was claimed for it.
    ///
    /// # Errors
    /// [`Interrupted`] once `cancel` is set.
    pub fn in_folder(
        study: Study,
        folder: SweepFolder,
        shard: Option<Shard>,
        cancel: &AtomicBool,
    ) -> Result<Self, Interrupted> {
        Ok(Self {
            plan: Plan::of(&study.points, cancel)?,
            study,
            shard,
            medium: Medium::Folder(Box::new(folder)),
        })
    }

    /// The sweep, or the shard of one, that is complete in its place, to be looked at; nothing is touched. The study comes
    /// back if it is not.
    ///
    /// # Errors
    /// [`Interrupted`] once `cancel` is set.
    pub fn complete_in(
        study: Study,
        place: &SweepPlace,
        cancel: &AtomicBool,
    ) -> Result<Result<Self, Study>, Interrupted> {
        let shard = place.shard();
        if !is_complete(place.path(), shard, &study.text()) {
            return Ok(Err(study));
        }
        let store = match Store::read(place.path()) {
            Ok((store, repair)) if repair.torn == 0 => store,
            _ => return Ok(Err(study)),
        };
        let plan = Plan::of(&study.points, cancel)?;
        if !sweep::missing(&plan, &store, shard).is_empty() {
            return Ok(Err(study));
        }
        Ok(Ok(Self {
            study,
            plan,
            shard,
            medium: Medium::Reading(store),
        }))
    }

    /// The sweep of a folder, to be looked at; another process may be at work in it.
    ///
    /// # Errors
    /// There is none, or it cannot be read; or `cancel` is set.
    pub fn in_folder_to_read(
        folder: &Path,
        cancel: &AtomicBool,
    ) -> Result<(Self, Repair), SweepRunError> {
        let study = super::sweep_folder::study_in(folder)?;
        let (store, repair) = Store::read(folder)?;
        let sweep = Self {
            plan: Plan::of(&study.points, cancel)?,
            study,
            shard: None,
            medium: Medium::Reading(store),
        };
        Ok((sweep, repair))
    }

    /// The part of it that a shard does.
    #[must_use]
    pub fn of_shard(self, shard: Option<Shard>) -> Self {
        Self { shard, ..self }
    }

    /// Its folder, if it has one, once it is complete.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.medium {
            Medium::Folder(folder) => Some(folder.path()),
            Medium::Memory(_) | Medium::Reading(_) => None,
        }
    }

    /// What stopped attempts at what was missing, if anything did: how many units, and the first of the messages.
    ///
    /// # Errors
    /// Tallies cannot be read.
    pub fn failures(&self, missing: &Missing) -> Result<Option<String>, SweepRunError> {
        let (mut count, mut first) = (0_u64, None);
        for unit in &missing.units {
            let key = self.plan.key(unit);
            let gaps = self.store().missing(key, unit.items.clone());
            let Some(gap) = gaps.first() else { continue };
            count += 1;
            if first.is_none() {
                first = self
                    .store()
                    .failure(key, gap)?
                    .map(|failure| (unit, failure));
            }
        }
        Ok(first.map(|(unit, failure)| {
            let point = &self.study.points[unit.point];
            let scale = point.scenario.evaluation.scales.as_slice()[unit.scale];
            format!(
                "{count} parts of the work failed; the first, point {} at scale {:e}: {failure}",
                point.number,
                scale.get()
            )
        }))
    }

    /// What is swept.
    #[must_use]
    pub fn study(&self) -> &Study {
        &self.study
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The same sweep with the tallies of another one.
    pub(super) fn with_store_of(self, other: Self) -> Self {
        Self {
            medium: other.medium,
            ..self
        }
    }

    pub(super) fn store(&self) -> &Store {
        match &self.medium {
            Medium::Memory(store) | Medium::Reading(store) => store,
            Medium::Folder(folder) => &folder.store,
        }
    }

    fn extent_of<'a>(&self, units: impl Iterator<Item = &'a Unit>) -> Extent {
        let empty = Extent {
            points: self.study.points.len() as u64,
            scales: self.plan.keys.iter().map(|keys| keys.len() as u64).sum(),
            attempts: 0,
            outcomes: 0,
        };
        units.fold(empty, |extent, unit| {
            let scenario = &self.study.points[unit.point].scenario;
            let items = unit.items.end - unit.items.start;
            let attempts = items.saturating_mul(scenario.evaluation.attempts_per_item());
            Extent {
                attempts: extent.attempts.saturating_add(attempts),
                outcomes: extent.outcomes.saturating_add(outcomes(scenario, items)),
                ..extent
            }
        })
    }

    /// The same sweep without the points for which a condition does not hold.
    ///
    /// # Errors
    /// The condition cannot be read or makes no sense of a point's settings, or no point is left; or `cancel` is set.
    pub fn only_where(self, condition: &str, cancel: &AtomicBool) -> Result<Self, SweepRunError> {
        let condition = Condition::parse(condition, &key_names(&known_keys()))?;
        let mut study = self.study;
        let all = study.points.len();
        let mut kept = Vec::new();
        for point in study.points {
            if condition.holds(&dotted_values(&point.scenario))? {
                kept.push(point);
            }
        }
        if kept.is_empty() {
            return Err(SweepRunError::NoPoint {
                condition: condition.text().to_owned(),
                all,
            });
        }
        study.points = kept;
        Ok(Self {
            plan: Plan::of(&study.points, cancel)?,
            study,
            ..self
        })
    }

    /// What came of the points, all in memory; how many had attempts missing and were left out.
    ///
    /// # Errors
    /// Tallies cannot be read, or the caller asked to stop.
    pub fn findings(
        &self,
        dissection: Dissection,
        control: &SweepControl<'_>,
    ) -> Result<(SweepFinding, u64), SweepRunError> {
        let mut points = Vec::new();
        let left_out = self.score(dissection, control, |point| {
            points.push(point.clone());
            Ok(())
        })?;
        let keys = self.study.keys.clone();
        Ok((SweepFinding { keys, points }, left_out))
    }

    /// What is still to attempt.
    #[must_use]
    pub fn missing(&self) -> Missing {
        let units = sweep::missing(&self.plan, self.store(), self.shard);
        Missing {
            extent: self.extent_of(units.iter()),
            units,
        }
    }

    /// Attempts what is missing and keeps it.
    ///
    /// # Errors
    /// It cannot be kept, or the caller asked to stop; what was attempted is kept.
    pub fn attempt(
        &self,
        missing: &Missing,
        control: &SweepControl<'_>,
    ) -> Result<(), SweepRunError> {
        if let Medium::Folder(folder) = &self.medium
            && !missing.units.is_empty()
        {
            folder.open()?;
        }
        let points = &self.study.points;
        let (plan, store) = (&self.plan, self.store());
        Ok(sweep::attempt(
            points,
            plan,
            &missing.units,
            store,
            control,
        )?)
    }

    /// Shows what came of each point, in order; how many points had attempts missing and were left out.
    ///
    /// # Errors
    /// Tallies cannot be read, the caller asked to stop, or `show` failed.
    pub fn score(
        &self,
        dissection: Dissection,
        control: &SweepControl<'_>,
        show: impl FnMut(&PointFinding) -> Result<(), SweepRunError>,
    ) -> Result<u64, SweepRunError> {
        self.score_first(usize::MAX, dissection, control, show)
    }

    /// The same for the first points only.
    ///
    /// # Errors
    /// As [`score`](Self::score).
    pub fn score_first(
        &self,
        points: usize,
        dissection: Dissection,
        control: &SweepControl<'_>,
        mut show: impl FnMut(&PointFinding) -> Result<(), SweepRunError>,
    ) -> Result<u64, SweepRunError> {
        let points = &self.study.points[..points.min(self.study.points.len())];
        let show = |finding: PointFinding| show(&finding);
        sweep::score(points, &self.plan, self.store(), dissection, control, show)
    }

    /// The same, and writes the tables of its folder on the way.
    ///
    /// # Errors
    /// As [`score`](Self::score), or a table cannot be written; one that was there is still whole.
    pub fn tabulate(
        &self,
        dissection: Dissection,
        control: &SweepControl<'_>,
        mut show: impl FnMut(&PointFinding) -> Result<(), SweepRunError>,
    ) -> Result<u64, SweepRunError> {
        let Medium::Folder(folder) = &self.medium else {
            return self.score(dissection, control, show);
        };
        // It may have been taken away since it was claimed.
        folder.store.flush()?;
        let keys = &self.study.keys;
        let mut summary = TableFile::anew(&folder.at.join(SUMMARY))?;
        let mut anatomy = TableFile::anew(&folder.at.join(ANATOMY))?;
        summary.write_made(report::sweep_csv_header(keys))?;
        let mut header = Header::With;
        let left_out = self.score(dissection, control, |point| {
            summary.write_made(report::sweep_csv(keys, point))?;
            anatomy.write_made(report::sweep_anatomy_csv(keys, point, header))?;
            header = Header::Without;
            show(point)
        })?;
        summary.place()?;
        anatomy.place()?;
        Ok(left_out)
    }

    /// Closes its folder, if it has one, with a record of where it came from.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn close(self, command: Vec<String>, started: SystemTime) -> Result<(), SweepRunError> {
        let Medium::Folder(folder) = self.medium else {
            return Ok(());
        };
        let inputs = vec![Input::new(&self.study.loaded)];
        Ok(folder.close(Provenance::new(command, started, inputs))?)
    }

    /// What was wrong with the log of its folder.
    #[must_use]
    pub fn repair(&self) -> Repair {
        match &self.medium {
            Medium::Folder(folder) => folder.repair.clone(),
            Medium::Memory(_) | Medium::Reading(_) => Repair::default(),
        }
    }
}

/// What is still to attempt of a sweep.
#[derive(Clone, Debug)]
pub struct Missing {
    units: Vec<Unit>,
    /// How much that is.
    pub extent: Extent,
}

impl Missing {
    /// Whether nothing is.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.units.is_empty()
    }

    pub(super) fn units(&self) -> &[Unit] {
        &self.units
    }

    /// How many points have something to attempt.
    #[must_use]
    pub fn points(&self) -> u64 {
        let points: BTreeSet<usize> = self.units.iter().map(|unit| unit.point).collect();
        points.len() as u64
    }
}

/// A table that lies beside its place until it is whole.
#[derive(Debug)]
pub struct TableFile(Aside);

impl TableFile {
    /// Begins a table that must not exist yet.
    ///
    /// # Errors
    /// There is one, or the operating system refused.
    pub fn create(path: &Path) -> Result<Self, SweepRunError> {
        absent(path)?;
        Self::anew(path)
    }

    /// Begins a table that is made anew each time.
    fn anew(path: &Path) -> Result<Self, SweepRunError> {
        Aside::create(path)
            .map(Self)
            .map_err(|error| table_error(path, &plainly(&error)))
    }

    /// Adds lines.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn write(&mut self, text: &str) -> Result<(), SweepRunError> {
        let written = self.0.write_all(text.as_bytes());
        written.map_err(|error| table_error(self.0.path(), &plainly(&error)))
    }

    fn write_made<E: std::fmt::Display>(
        &mut self,
        text: Result<String, E>,
    ) -> Result<(), SweepRunError> {
        self.write(&text.map_err(|error| table_error(self.0.path(), &error))?)
    }

    /// Puts it into its place; what was there before goes in the same moment.
    ///
    /// # Errors
    /// The operating system refused.
    pub fn place(self) -> Result<(), SweepRunError> {
        let path = self.0.path().to_owned();
        self.0
            .place()
            .map_err(|error| table_error(&path, &plainly(&error)))
    }
}

pub(super) fn table_error(path: &Path, error: &dyn std::fmt::Display) -> SweepRunError {
    SweepRunError::Table {
        path: path.display().to_string(),
        error: error.to_string(),
    }
}
