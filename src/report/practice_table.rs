//! What a finding means in practice for machines: part of `summary.json`, and `practice.csv`.

use serde::Serialize;

use crate::study::{
    Finding, Practice, PracticeQuantity, PracticeRow, Ship, ShipSetting, UsefulFrom, practice,
};

/// One number, with its columns in order.
#[derive(Serialize)]
struct PracticeRecord<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    scenario: Option<&'a str>,
    scale: Option<f64>,
    quantity: &'static str,
    setting: String,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
    method: &'static str,
    metric: String,
    level: Option<f64>,
    items: Option<u64>,
    assumes: &'static str,
    reason: &'static str,
}

/// From where on it pays; as a log10 N.
const PAYS_FROM: &str = "pays-from";

impl<'a> PracticeRecord<'a> {
    fn blank(scenario: Option<&'a str>, quantity: &'static str) -> Self {
        Self {
            scenario,
            scale: None,
            quantity,
            setting: String::new(),
            value: None,
            low: None,
            high: None,
            method: "",
            metric: String::new(),
            level: None,
            items: None,
            assumes: "",
            reason: "",
        }
    }

    fn of_finding(scenario: Option<&'a str>, practice: &Practice) -> Vec<Self> {
        let mut records: Vec<Self> = Vec::new();
        for row in &practice.rows {
            records.extend(Self::of_row(scenario, practice, row));
        }
        for ship in &practice.ship {
            records.extend(Self::of_ship(scenario, practice, ship));
        }
        let left_out = practice.left_out.iter();
        records.extend(left_out.map(|&(quantity, reason)| Self {
            assumes: quantity.assumes(),
            reason,
            ..Self::blank(scenario, quantity.name())
        }));
        records
    }

    fn of_row(scenario: Option<&'a str>, practice: &Practice, row: &PracticeRow) -> Vec<Self> {
        let of = |method: &'static str| Self {
            scale: Some(row.scale.get()),
            method,
            assumes: row.quantity.assumes(),
            ..Self::blank(scenario, row.quantity.name())
        };
        let expected = row.expected.map(|value| Self {
            value: Some(value),
            metric: practice.metric.to_string(),
            reason: endless(&[value]),
            ..of("expected")
        });
        let estimate = row.estimate.map(|one| Self {
            value: Some(one.value),
            low: Some(one.low),
            high: Some(one.high),
            metric: one.of.to_string(),
            level: Some(practice.level.get()),
            items: Some(one.items),
            reason: endless(&[one.value, one.low, one.high]),
            ..of(one.method)
        });
        expected.into_iter().chain(estimate).collect()
    }

    fn of_ship(scenario: Option<&'a str>, practice: &Practice, ship: &Ship) -> Vec<Self> {
        let of = |method: &'static str| Self {
            setting: setting(ship.setting),
            method,
            metric: practice.metric.to_string(),
            assumes: PracticeQuantity::Gain.assumes(),
            reason: ship.missing.unwrap_or_default(),
            ..Self::blank(scenario, PAYS_FROM)
        };
        let expected = Self {
            value: match ship.from {
                Some(UsefulFrom::At(x)) => Some(x),
                _ => None,
            },
            reason: match ship.from {
                Some(UsefulFrom::At(_)) => "",
                Some(UsefulFrom::Everywhere) => "at every scale",
                Some(UsefulFrom::Unattainable { .. }) => "at no scale",
                Some(UsefulFrom::Beyond) => "beyond all scales",
                None => ship.missing.unwrap_or_default(),
            },
            ..of("expected")
        };
        let known = ship.not_yet.or(ship.surely).is_some();
        let measured = known.then(|| Self {
            low: ship.not_yet.map(|scale| scale.log10()),
            high: ship.surely.map(|scale| scale.log10()),
            level: Some(practice.level.get()),
            ..of("bonferroni")
        });
        std::iter::once(expected).chain(measured).collect()
    }
}

/// JSON has no infinite numbers, and a reader of either wants to know.
fn endless(values: &[f64]) -> &'static str {
    match values.iter().all(|value| value.is_finite()) {
        true => "",
        false => "without end: success, or failure, may be impossible, or no vote suffice",
    }
}

/// What of the terms is changed, as a key and its value.
pub(super) fn setting(setting: ShipSetting) -> String {
    match setting {
        ShipSetting::AsGiven => "as given".to_owned(),
        ShipSetting::Loss(times) => format!("loss x {times}"),
        ShipSetting::Review(times) => format!("review x {times}"),
        ShipSetting::Retries(retries) => format!("retries = {retries}"),
        ShipSetting::Steps(steps) => format!("steps = {steps}"),
    }
}

/// `practice` of `summary.json`: the rows of `practice.csv`, each column that says nothing left out.
#[derive(Serialize)]
pub(super) struct PracticeSummary {
    metric: String,
    level: f64,
    by_scale: Vec<ScaleNumbers>,
    pays_from: Vec<PlaceNumbers>,
    left_out: Vec<LeftOut>,
}

/// One number at one scale. What there is none of is null, and so is what has no end.
#[derive(Serialize)]
struct ScaleNumbers {
    scale: f64,
    quantity: &'static str,
    expected: Option<f64>,
    estimate: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    ci_method: Option<&'static str>,
    of: Option<String>,
    items: Option<u64>,
}

/// From which log10 N on it pays.
#[derive(Serialize)]
struct PlaceNumbers {
    setting: String,
    threshold: Option<f64>,
    from: Option<f64>,
    not_yet: Option<f64>,
    surely: Option<f64>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct LeftOut {
    quantity: &'static str,
    reason: &'static str,
}

impl PracticeSummary {
    pub(super) fn new(practice: &Practice) -> Self {
        let finite = |x: f64| Some(x).filter(|x| x.is_finite());
        let rows = practice.rows.iter().map(|row| ScaleNumbers {
            scale: row.scale.get(),
            quantity: row.quantity.name(),
            expected: row.expected.and_then(finite),
            estimate: row.estimate.and_then(|one| finite(one.value)),
            ci_low: row.estimate.and_then(|one| finite(one.low)),
            ci_high: row.estimate.and_then(|one| finite(one.high)),
            ci_method: row.estimate.map(|one| one.method),
            of: row.estimate.map(|one| one.of.to_string()),
            items: row.estimate.map(|one| one.items),
        });
        let places = practice.ship.iter().map(|ship| {
            let mut records = PracticeRecord::of_ship(None, practice, ship).into_iter();
            let first = records.next();
            PlaceNumbers {
                setting: setting(ship.setting),
                threshold: finite(ship.threshold),
                from: first.as_ref().and_then(|one| one.value),
                not_yet: ship.not_yet.map(|scale| scale.log10()),
                surely: ship.surely.map(|scale| scale.log10()),
                reason: first
                    .map(|one| one.reason)
                    .filter(|reason| !reason.is_empty())
                    .or(ship.missing),
            }
        });
        let left_out = practice.left_out.iter();
        Self {
            metric: practice.metric.to_string(),
            level: practice.level.get(),
            by_scale: rows.collect(),
            pays_from: places.collect(),
            left_out: left_out
                .map(|&(quantity, reason)| LeftOut {
                    quantity: quantity.name(),
                    reason,
                })
                .collect(),
        }
    }
}

/// A row for each number at each scale, computed and by the data; then from which log10 N on it pays under the terms as
/// given and changed; then what is not told, and why. With a scenario column if there are several findings.
///
/// # Errors
/// None are known; the writer's own if there is one.
pub fn practice_csv(findings: &[Finding]) -> Result<String, csv::Error> {
    let named = findings.len() > 1;
    let mut writer = csv::Writer::from_writer(Vec::new());
    for finding in findings {
        let name = named.then_some(finding.name.as_str());
        for record in PracticeRecord::of_finding(name, &practice(finding)) {
            writer.serialize(record)?;
        }
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8(bytes).unwrap_or_default())
}
