//! The expected mean credit as a function of the hazard, and back.

use super::link::{Layout, Link};
use super::links::Links;
use super::spline::Grid;

/// The expected mean credit over eta = ln h, as a link of means has it: it falls as the hazard grows.
#[derive(Clone, Debug)]
pub(in crate::study) struct ScoreCurve {
    grid: Grid,
    lost: Vec<[f64; 2]>,
    earned: Vec<[f64; 2]>,
}

impl ScoreCurve {
    /// `None` of a link of counts.
    fn of(link: &Link) -> Option<Self> {
        match link.layout {
            Layout::Means(_) | Layout::Rates => {
                let (lost, earned) = link.columns.split_at(link.grid.points);
                Some(Self {
                    grid: link.grid,
                    lost: lost.to_vec(),
                    earned: earned.to_vec(),
                })
            }
            Layout::Verdicts(..) | Layout::Counts(..) => None,
        }
    }

    /// The score at eta; beyond what the table holds that at its end.
    pub(in crate::study) fn at(&self, eta: f64) -> f64 {
        let earned = libm::exp(self.grid.read(&self.earned, eta).value);
        match earned < 0.5 {
            true => earned,
            false => -libm::expm1(self.grid.read(&self.lost, eta).value.min(0.0)),
        }
    }

    /// The values of eta beyond which nothing changes.
    pub(in crate::study) fn within(&self) -> (f64, f64) {
        let last = self.grid.points.saturating_sub(1);
        (self.grid.at(0), self.grid.at(last))
    }

    /// The score of no skill and of all there is: at the ends of the table, to the last millionth.
    pub(in crate::study) fn ends(&self) -> (f64, f64) {
        let (first, last) = self.within();
        let snap = |score: f64| match score {
            s if s < 1e-6 => 0.0,
            s if s > 1.0 - 1e-6 => 1.0,
            s => s,
        };
        (snap(self.at(last)), snap(self.at(first)))
    }

    /// The largest eta with at least this score; `None` where none has it.
    pub(in crate::study) fn eta_of(&self, score: f64) -> Option<f64> {
        let (mut low, mut high) = self.within();
        if self.at(low) < score {
            return None;
        }
        for _ in 0..50 {
            let middle = 0.5 * (low + high);
            match self.at(middle) >= score {
                true => low = middle,
                false => high = middle,
            }
        }
        Some(low)
    }
}

impl Links {
    /// What scores come to, by the standard deviation of ln w, first as the task is told; none of links of counts.
    pub(in crate::study) fn score_curves(&self) -> Vec<(f64, ScoreCurve)> {
        let uneven = self.uneven.iter().map(|(sd, link)| (sd.get(), link));
        let all = std::iter::once((0.0, &self.told)).chain(uneven);
        all.filter_map(|(sd, link)| Some((sd, ScoreCurve::of(link)?)))
            .collect()
    }
}
