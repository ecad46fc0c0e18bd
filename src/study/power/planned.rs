//! What formulas say of a power over a number of the design, without an attempt.

use super::arms::{discordant_of, forms_at_scale};
use super::break_tests::{break_form, break_noncentrality};
use super::closed_form::{ClosedForm, PowerFormula};
use super::design_number::DesignNumber;
use super::least_items::MOST_EXACT_ITEMS;
use super::paired::Discordant;
use super::plan::PowerPlan;
use super::settings::PowerTest;
use crate::domain::Metric;

/// Values between the ends at which the formula is taken, about.
const PLACES: u32 = 33;

/// A formula is followed to the items that the target needs where these are at most so many times the largest value.
const FARTHEST: f64 = 5.0;

/// The power of one test under one metric by the best formula there is.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedPower {
    /// The test.
    pub test: PowerTest,
    /// The metric it looks at.
    pub metric: Metric,
    /// How it is computed.
    pub formula: PowerFormula,
    /// (value, power), the values increasing.
    pub curve: Vec<(f64, f64)>,
    /// That of the design as it is.
    pub here: f64,
    /// Items that the target power needs; `None` where the number counts something else, or there is no such number of items.
    pub items: Option<f64>,
}

/// The powers by formula of every test under every metric for which one is known, from the least of some values of a number of
/// the design to the largest, and on to the items that the target needs if they are not far.
#[must_use]
pub fn planned_powers(plan: &PowerPlan, number: DesignNumber, values: &[f64]) -> Vec<PlannedPower> {
    let tests = plan.settings.test.as_slice().iter();
    let metrics = plan.scenario.evaluation.metrics.as_slice();
    let pairs = tests.flat_map(|&test| metrics.iter().map(move |&metric| (test, metric)));
    let here: Vec<_> = pairs
        .filter_map(|(test, metric)| Some((test, metric, best(plan, test, metric)?)))
        .collect();
    let needed = |form: &ClosedForm| form.items.filter(|_| number == DesignNumber::Items);
    let (least, largest) = values
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, largest), &value| {
            (least.min(value), largest.max(value))
        });
    let most = here
        .iter()
        .filter_map(|(_, _, form)| needed(form))
        .filter(|items| *items <= FARTHEST * largest)
        .fold(largest, f64::max);
    let between = number.values(&format!("log:{least}:{most}:{PLACES}"));
    // One value has nothing between its ends.
    let designs = number.designs(plan, &between.unwrap_or_else(|_| values.to_vec()));
    let designs = designs.unwrap_or_default();
    let planned = |(test, metric, form): (PowerTest, Metric, ClosedForm)| {
        let told = Told::of(plan, number, (test, metric));
        let place = |(value, design): &(f64, PowerPlan)| Some((*value, told.power(design)?));
        PlannedPower {
            test,
            metric,
            formula: form.formula,
            curve: designs.iter().filter_map(place).collect(),
            here: form.power,
            items: needed(&form),
        }
    };
    here.into_iter().map(planned).collect()
}

/// The best formula that is known.
fn best(plan: &PowerPlan, test: PowerTest, metric: Metric) -> Option<ClosedForm> {
    match test.is_of_breaks() {
        true => {
            let noncentrality = break_noncentrality(plan, test, metric)?;
            Some(break_form(plan, test, noncentrality))
        }
        false => forms_at_scale(plan, test, metric).into_iter().next(),
    }
}

/// What tells the powers of designs that differ in one number.
enum Told {
    /// The noncentrality of a test for a break for each item; nearest laws are as near, whatever the number of items.
    Break(PowerTest, f64),
    /// How often one side alone succeeds.
    Paired(Discordant),
    /// Each design anew.
    Each(PowerTest, Metric),
}

impl Told {
    fn of(plan: &PowerPlan, number: DesignNumber, (test, metric): (PowerTest, Metric)) -> Self {
        let each = Self::Each(test, metric);
        let items = plan.scenario.evaluation.items.get() as f64;
        match (number, test) {
            (DesignNumber::Items, _) if test.is_of_breaks() => {
                let noncentrality = break_noncentrality(plan, test, metric);
                noncentrality.map_or(each, |all| Self::Break(test, all / items))
            }
            (DesignNumber::Items, PowerTest::Paired) => {
                discordant_of(plan, metric).map_or(each, Self::Paired)
            }
            _ => each,
        }
    }

    fn power(&self, design: &PowerPlan) -> Option<f64> {
        let items = design.scenario.evaluation.items;
        let alpha = design.settings.alpha;
        match self {
            Self::Break(test, of_one) => {
                Some(break_form(design, *test, of_one * items.get() as f64).power)
            }
            Self::Paired(rates) => Some(match items.get() <= MOST_EXACT_ITEMS {
                true => rates.power(items, alpha),
                false => rates.connor_power(items.get() as f64, alpha),
            }),
            Self::Each(test, metric) => Some(best(design, *test, *metric)?.power),
        }
    }
}
