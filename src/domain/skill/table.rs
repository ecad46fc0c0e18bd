//! A curve through given points.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Curve, Scale, softplus};
use crate::domain::{Invalid, ProperProbability};

/// Measured success probabilities: ln(p/(1-p)) is a cubic over log10 N between neighbouring points, with the slopes of Fritsch
/// and Carlson (1980), so that the curve is smooth and goes beyond no two neighbours. p need not grow.
///
/// It is known between its first and its last scale and nowhere else: what is measured must lie there. Whether its law breaks
/// it cannot say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Tabulated {
    knots: Vec<Knot>,
}

/// A point, and the slope of the curve there.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    scale: Scale,
    success: ProperProbability,
    x: f64,
    log_odds: f64,
    slope: f64,
}

/// What a scenario file has of a table.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    #[serde(default)]
    points: Option<Vec<Pair>>,
    #[serde(default, skip_serializing)]
    file: Option<String>,
}

/// [scale, p], and nothing else.
#[derive(Clone, Serialize)]
struct Pair(Scale, ProperProbability);

impl<'de> Deserialize<'de> for Pair {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Two;

        impl<'de> serde::de::Visitor<'de> for Two {
            type Value = Pair;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("two numbers, [scale, p]")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Pair, A::Error> {
                use serde::de::Error;
                let first = list.next_element()?;
                let scale = first.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                let second = list.next_element()?;
                let success = second.ok_or_else(|| A::Error::invalid_length(1, &self))?;
                match list.next_element::<serde::de::IgnoredAny>()? {
                    None => Ok(Pair(scale, success)),
                    Some(_) => Err(A::Error::invalid_length(3, &self)),
                }
            }
        }

        deserializer.deserialize_seq(Two)
    }
}

impl TryFrom<Written> for Tabulated {
    type Error = Invalid;

    fn try_from(written: Written) -> Result<Self, Invalid> {
        match (written.points, written.file) {
            (Some(points), None) => {
                Self::new(points.into_iter().map(|Pair(n, p)| (n, p)).collect())
            }
            (Some(_), Some(_)) => Err(Invalid::PointsAndFile),
            (None, Some(file)) => Err(Invalid::UnreadTable(file)),
            (None, None) => Err(Invalid::NoPoints),
        }
    }
}

impl From<Tabulated> for Written {
    fn from(table: Tabulated) -> Self {
        let knots = table.knots.iter();
        Self {
            points: Some(knots.map(|knot| Pair(knot.scale, knot.success)).collect()),
            file: None,
        }
    }
}

impl JsonSchema for Tabulated {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Tabulated".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "object",
            "properties": {
                "points": {
                    "description": "Points [scale, p], at least two, scales increasing.",
                    "type": "array",
                    "minItems": 2,
                    "items": {
                        "title": "pair [scale, p] with p between 0 and 1",
                        "type": "array",
                        "items": [
                            { "type": "number", "exclusiveMinimum": 0.0 },
                            { "type": "number", "exclusiveMinimum": 0.0, "exclusiveMaximum": 1.0 },
                        ],
                        "minItems": 2,
                        "additionalItems": false,
                    },
                    "examples": [[[1e7, 0.2], [1e9, 0.55], [1e12, 0.97]]],
                },
                "file": {
                    "description": "Instead of points: a CSV file of them with the header scale,p, beside the scenario file.",
                    "type": "string",
                    "examples": ["curve.csv"],
                },
            },
            "anyOf": [{ "required": ["points"] }, { "required": ["file"] }],
        })
    }
}

impl Tabulated {
    /// A curve through points of scale and success probability.
    ///
    /// # Errors
    /// [`Invalid::TooFewPoints`] below two, [`Invalid::ScalesOrder`] unless scales increase.
    pub fn new(points: Vec<(Scale, ProperProbability)>) -> Result<Self, Invalid> {
        if points.len() < 2 {
            return Err(Invalid::TooFewPoints(points.len()));
        }
        if let Some(pair) = points.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
            return Err(Invalid::ScalesOrder(pair[0].0.get(), pair[1].0.get()));
        }
        let knot = |&(scale, success): &(Scale, ProperProbability)| {
            let p = success.get();
            Knot {
                scale,
                success,
                x: scale.log10(),
                log_odds: libm::log(p) - libm::log1p(-p),
                slope: 0.0,
            }
        };
        let mut knots: Vec<Knot> = points.iter().map(knot).collect();
        give_slopes(&mut knots);
        Ok(Self { knots })
    }

    /// The first and the last scale.
    pub(super) fn range(&self) -> Option<(Scale, Scale)> {
        Some((self.knots.first()?.scale, self.knots.last()?.scale))
    }

    /// ln(p/(1-p)); beyond the points, that of the nearest.
    fn log_odds(&self, scale: Scale) -> Option<f64> {
        let above = self.knots.partition_point(|knot| knot.scale <= scale);
        let Some(left) = above.checked_sub(1).and_then(|left| self.knots.get(left)) else {
            return Some(self.knots.first()?.log_odds);
        };
        let Some(right) = self.knots.get(above) else {
            return Some(left.log_odds);
        };
        let width = right.x - left.x;
        let t = (scale.e_folds_above(left.scale) / std::f64::consts::LN_10) / width;
        let rise = right.log_odds - left.log_odds;
        let (from, to) = (left.slope * width, right.slope * width);
        // Hermite's cubic, as its value on the left and what is gained from there.
        let gained =
            t * (from + t * ((3.0 * rise - 2.0 * from - to) + t * (from + to - 2.0 * rise)));
        Some(left.log_odds + gained)
    }
}

/// Slopes by Fritsch and Carlson: those of the neighbouring secants on the average, 0 at a turning point, and shortened
/// where the cubic would go beyond its ends.
fn give_slopes(knots: &mut [Knot]) {
    let secants: Vec<f64> = knots
        .windows(2)
        .map(|pair| (pair[1].log_odds - pair[0].log_odds) / (pair[1].x - pair[0].x))
        .collect();
    for (place, knot) in knots.iter_mut().enumerate() {
        let before = place.checked_sub(1).and_then(|before| secants.get(before));
        knot.slope = match (before, secants.get(place)) {
            (Some(before), Some(after)) if before * after > 0.0 => 0.5 * (before + after),
            (Some(_), Some(_)) => 0.0,
            (one, other) => one.or(other).copied().unwrap_or(0.0),
        };
    }
    for (place, &secant) in secants.iter().enumerate() {
        if secant == 0.0 {
            knots[place].slope = 0.0;
            knots[place + 1].slope = 0.0;
            continue;
        }
        let length = libm::hypot(knots[place].slope / secant, knots[place + 1].slope / secant);
        if length > 3.0 {
            knots[place].slope *= 3.0 / length;
            knots[place + 1].slope *= 3.0 / length;
        }
    }
}

impl Curve for Tabulated {
    fn hazard(&self, scale: Scale) -> f64 {
        self.log_odds(scale)
            .map_or(f64::INFINITY, |log_odds| softplus(-log_odds))
    }

    fn hazard_limits(&self) -> (f64, f64) {
        let hazard =
            |knot: Option<&Knot>| knot.map_or(f64::INFINITY, |knot| softplus(-knot.log_odds));
        (hazard(self.knots.first()), hazard(self.knots.last()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{at, close, curve, refusal};

    // Expected values: the slopes and the cubic of the paper in mpmath with 40 digits.

    const TOLD: &str = r#"{"kind": "table",
        "points": [[2e7, 0.12], [1e9, 0.31], [3e9, 0.28], [8e10, 0.9], [9e10, 0.94], [2e12, 0.95]]}"#;

    #[test]
    fn the_curve_goes_through_its_points_and_beyond_no_two_of_them() {
        let told = curve(TOLD);
        let points = [
            (2e7, 0.12),
            (1e9, 0.31),
            (3e9, 0.28),
            (8e10, 0.9),
            (9e10, 0.94),
            (2e12, 0.95),
        ];
        for (n, p) in points {
            close(told.success(at(n)), p);
        }
        for pair in points.windows(2) {
            let ((from, p), (to, q)) = (pair[0], pair[1]);
            let mut before = p;
            for i in 1..100 {
                let n = from * libm::pow(to / from, f64::from(i) / 100.0);
                let now = told.success(at(n));
                assert!((now - before) * (q - p) > 0.0, "{n:e}: {before} {now}");
                before = now;
            }
            assert!((q - before) * (q - p) > 0.0);
        }
    }

    #[test]
    fn cubics_have_the_slopes_of_the_paper() {
        let told = curve(TOLD);
        close(told.success(at(1e8)), 0.20050803612862472);
        close(told.success(at(2e9)), 0.28905243668092123);
        close(told.success(at(1.7e10)), 0.38594443985670973);
        close(told.success(at(8.5e10)), 0.925821849900421);
        close(told.success(at(3e11)), 0.9477897234916566);
    }

    #[test]
    fn beyond_its_points_a_table_stays_where_it_is() {
        let told = curve(TOLD);
        close(told.success(at(1e3)), 0.12);
        close(told.success(at(1e20)), 0.95);
        assert_eq!(told.range(), Some((at(2e7), at(2e12))));
    }

    #[test]
    fn tables_that_are_none_are_refused() {
        for (points, told) in [
            (
                "[[1e8, 0.2]]",
                "points: 1; a curve goes through two or more",
            ),
            (
                "[[1e8, 0.2], [1e8, 0.3]]",
                "scales must increase: 1e8 is followed by 1e8",
            ),
            (
                "[[1e8, 0.2], [1e9, 1.0]]",
                "1 is not strictly between 0 and 1",
            ),
            (
                "[[1e8, 0], [1e9, 0.3]]",
                "0 is not strictly between 0 and 1",
            ),
            (
                "[[1e8, 0.2], [1e9, 0.3]], \"file\": \"x.csv\"",
                "either points or file",
            ),
        ] {
            let json = format!(r#"{{"kind": "table", "points": {points}}}"#);
            assert!(refusal(&json).contains(told), "{}", refusal(&json));
        }
        assert!(refusal(r#"{"kind": "table"}"#).contains("a table needs points"));
        let unread = refusal(r#"{"kind": "table", "file": "x.csv"}"#);
        assert!(
            unread.contains(r#"the file "x.csv" cannot be read here"#),
            "{unread}"
        );
    }
}
