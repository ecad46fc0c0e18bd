//! What a figure of a sweep shows along its axes, by its lines and in its panels.

use std::collections::BTreeMap;

use super::super::look::Look;
use super::super::number;
use super::super::words;
use super::column::{Column, columns, find};
use super::error::PlotError;
use super::request::{PlotAxis, PlotRequest};
use crate::domain::{Metric, Scale, nearest_name};
use crate::study::{Finding, PointFinding, SweepFinding, measured_scales, scale_of_widest_spread};

/// Lines that keys nobody named may make.
const MOST_COMBINATIONS: usize = 12;
/// Lines in a panel.
pub(super) const MOST_LINES: usize = 60;
/// Panels in a figure.
const MOST_PANELS: usize = 24;

/// What an axis shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Scale,
    /// The key at this place.
    Key(usize),
}

/// The points of one panel.
pub(super) struct Facet<'a> {
    /// The value of the key that parts panels; empty without one.
    pub(super) label: String,
    pub(super) points: Vec<&'a PointFinding>,
}

/// A sweep and what is asked of it, found among its keys and metrics.
pub(super) struct Plan<'a> {
    pub(super) request: &'a PlotRequest,
    pub(super) points: Vec<&'a PointFinding>,
    pub(super) columns: Vec<Column<'a>>,
    facet: Option<usize>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        sweep: &'a SweepFinding,
        request: &'a PlotRequest,
    ) -> Result<Self, PlotError> {
        let points: Vec<&PointFinding> = sweep.points.iter().collect();
        if points.is_empty() {
            return Err(PlotError::NoPoints);
        }
        let columns = columns(sweep, &points);
        let is_key = columns.iter().any(|column| column.name == "scale");
        if request.facet.as_deref() == Some("scale") && !is_key {
            return Err(PlotError::NoScaleFacet);
        }
        let facet = request.facet.as_deref().map(|word| find(&columns, word));
        let facet = facet.transpose()?.map(|column| column.place);
        Ok(Self {
            request,
            points,
            columns,
            facet,
        })
    }

    pub(super) fn findings(&self) -> impl Iterator<Item = &'a Finding> + Clone {
        self.points.iter().map(|point| &point.finding)
    }

    /// What a word of an axis means.
    pub(super) fn shown(&self, axis: &PlotAxis) -> Result<Shown, PlotError> {
        match axis {
            PlotAxis::Scale => Ok(Shown::Scale),
            PlotAxis::Key(word) => Ok(Shown::Key(find(&self.columns, word)?.place)),
        }
    }

    /// What is along an axis, for the reader.
    pub(super) fn title(&self, shown: Shown) -> String {
        match shown {
            Shown::Scale => "scale".to_owned(),
            Shown::Key(place) => self.columns[place].name.to_owned(),
        }
    }

    /// Nothing is asked for twice.
    pub(super) fn all_differ(&self, x: Shown, by: Option<Shown>) -> Result<(), PlotError> {
        let facet = self.facet.map(Shown::Key);
        let twice = (by == Some(x))
            .then_some(x)
            .or(facet.filter(|facet| *facet == x || by == Some(*facet)));
        match twice {
            Some(shown) => Err(PlotError::UsedTwice {
                name: self.title(shown),
            }),
            None => Ok(()),
        }
    }

    /// The metrics wanted; all that were measured if none is.
    pub(super) fn metrics(&self, wanted: &[Metric]) -> Result<Vec<Metric>, PlotError> {
        let mut known: Vec<Metric> = Vec::new();
        for finding in self.findings() {
            for metric in finding.scenario.evaluation.metrics.as_slice() {
                if !known.contains(metric) {
                    known.push(*metric);
                }
            }
        }
        if let Some(unknown) = wanted.iter().find(|metric| !known.contains(metric)) {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            let metric = unknown.to_string();
            return Err(PlotError::UnknownMetric {
                near: nearest_name(&metric, known.iter().map(String::as_str)),
                metric,
                known,
            });
        }
        let mut chosen: Vec<Metric> = Vec::new();
        for metric in if wanted.is_empty() { &known } else { wanted } {
            if !chosen.contains(metric) {
                chosen.push(*metric);
            }
        }
        Ok(chosen)
    }

    /// The panels that the key of `--facet` makes; one without it.
    pub(super) fn facets(&self) -> Vec<Facet<'a>> {
        let Some(column) = self.facet.map(|place| &self.columns[place]) else {
            return vec![Facet {
                label: String::new(),
                points: self.points.clone(),
            }];
        };
        let facet = |(rank, value)| Facet {
            label: column.label(value),
            points: {
                let points = self.points.iter().copied();
                points.filter(|point| column.rank(point) == rank).collect()
            },
        };
        column
            .values
            .iter()
            .copied()
            .enumerate()
            .map(facet)
            .collect()
    }

    /// Whether a key parts panels.
    pub(super) fn is_facet(&self, column: &Column<'_>) -> bool {
        self.facet == Some(column.place)
    }

    /// As many panels as can be looked at.
    pub(super) fn panels_fit(&self, panels: usize) -> Result<(), PlotError> {
        match panels > MOST_PANELS {
            true => Err(PlotError::TooManyPanels {
                panels,
                most: MOST_PANELS,
            }),
            false => Ok(()),
        }
    }

    /// The keys that vary although what is used is the same, without those that only follow it.
    pub(super) fn free(&self, used: &[Shown]) -> Vec<&Column<'a>> {
        let used = used.iter().copied().chain(self.facet.map(Shown::Key));
        let used: Vec<&Column<'_>> = used
            .filter_map(|shown| match shown {
                Shown::Scale => None,
                Shown::Key(place) => Some(&self.columns[place]),
            })
            .collect();
        let is_free = |column: &&Column<'_>| {
            let mut follows: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
            column.varies()
                && self.points.iter().any(|point| {
                    let place = used.iter().map(|used| used.rank(point)).collect();
                    let rank = column.rank(point);
                    *follows.entry(place).or_insert(rank) != rank
                })
        };
        self.columns.iter().filter(is_free).collect()
    }

    /// The lines that `by`, or else the keys that are left, make of the points. Where each line would be one point, the
    /// keys that are left make none.
    pub(super) fn families(
        &self,
        x: Shown,
        by: Option<Shown>,
    ) -> Result<Families<'_, 'a>, PlotError> {
        let used: Vec<Shown> = [x].into_iter().chain(by).collect();
        let free = self.free(&used);
        let by = by.and_then(|by| match by {
            Shown::Scale => None,
            Shown::Key(place) => Some(&self.columns[place]),
        });
        let not_fixed = free.len() + usize::from(by.is_some()) > 1;
        let families = Families::new(&self.points, by.into_iter().chain(free.clone()).collect());
        let crowded = families.members.len() > MOST_COMBINATIONS;
        if crowded && !free.is_empty() && self.is_scattered(x, &families) {
            return Ok(Families::new(&self.points, by.into_iter().collect()));
        }
        if not_fixed && crowded {
            return Err(self.not_fixed(&free, families.members.len()));
        }
        Ok(families)
    }

    /// Whether every point over a key has values of its own, as in a random design: no two of them make a line.
    fn is_scattered(&self, x: Shown, families: &Families<'_, '_>) -> bool {
        let Shown::Key(place) = x else { return false };
        self.columns[place].varies() && families.members.len() == self.points.len()
    }

    pub(super) fn not_fixed(&self, free: &[&Column<'_>], combinations: usize) -> PlotError {
        let example = free
            .last()
            .map_or_else(String::new, |last| last.condition());
        PlotError::NotFixed {
            keys: free.iter().map(|column| column.name.to_owned()).collect(),
            combinations,
            example,
        }
    }

    /// The scale asked for, or the one at which the metric differs most, with what to say of it.
    pub(super) fn scale(&self, metric: Metric) -> Result<(Scale, String), PlotError> {
        let findings: Vec<&Finding> = self.findings().collect();
        let Some(wanted) = self.request.at else {
            let widest = scale_of_widest_spread(&findings, metric);
            let widest = widest.ok_or_else(|| PlotError::NothingToDraw {
                what: metric.to_string(),
            })?;
            let at = format!("at N = {}", number::scale(widest.log10()));
            let words = match findings.len() {
                1 => at,
                _ => {
                    let name = words::title(metric).to_lowercase();
                    format!("{at}, where {name} differs most")
                }
            };
            return Ok((widest, words));
        };
        let mut meant = findings
            .iter()
            .filter_map(|finding| finding.scenario.evaluation.scales.meant_by(wanted));
        match meant.next() {
            Some(scale) => Ok((scale, format!("at N = {}", number::scale(scale.log10())))),
            None => {
                let scales = measured_scales(findings.iter().copied());
                let above = scales.partition_point(|scale| scale.get() <= wanted.get());
                let around = above.checked_sub(1).into_iter().chain([above]);
                let around = around.filter_map(|place| scales.get(place));
                Err(PlotError::UnknownScale {
                    scale: format!("{:e}", wanted.get()),
                    around: around.map(|scale| format!("{:e}", scale.get())).collect(),
                })
            }
        }
    }
}

/// The lines of a figure: points alike in some keys.
pub(super) struct Families<'b, 'a> {
    pub(super) columns: Vec<&'b Column<'a>>,
    /// The ranks of each family's values, in order.
    pub(super) members: Vec<Vec<usize>>,
}

impl<'b, 'a> Families<'b, 'a> {
    fn new(points: &[&PointFinding], columns: Vec<&'b Column<'a>>) -> Self {
        let ranks =
            |point: &&PointFinding| columns.iter().map(|column| column.rank(point)).collect();
        let mut members: Vec<Vec<usize>> = points.iter().map(ranks).collect();
        members.sort();
        members.dedup();
        Self { columns, members }
    }

    /// The points of each family that has some among these, with its place.
    pub(super) fn of(&self, points: &[&'a PointFinding]) -> Vec<(usize, Vec<&'a PointFinding>)> {
        let mut families: BTreeMap<Vec<usize>, Vec<&PointFinding>> = BTreeMap::new();
        for &point in points {
            let ranks = self.columns.iter().map(|column| column.rank(point));
            families.entry(ranks.collect()).or_default().push(point);
        }
        let place = |ranks: &Vec<usize>| self.members.binary_search(ranks).ok();
        let found = families
            .into_iter()
            .filter_map(|(ranks, points)| Some((place(&ranks)?, points)));
        found.collect()
    }

    /// `L = 20, alpha = 0.3`; nothing where there is one family.
    pub(super) fn label(&self, family: usize) -> String {
        let columns = self.columns.iter().zip(&self.members[family]);
        let labels = columns.map(|(column, &rank)| column.label(column.values[rank]));
        labels.collect::<Vec<_>>().join(", ")
    }

    /// Families of one numeric key are in its order, others are not.
    pub(super) fn look(&self, family: usize) -> Look {
        match self.columns[..] {
            [column] if column.is_numeric && column.numbers().len() == column.values.len() => {
                let last = (self.members.len() - 1).max(1) as f64;
                Look::along(family as f64 / last).marked_as(family)
            }
            _ => Look::at(family),
        }
    }
}
