//! How large a model is, and the list of scales that are measured.

use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Invalid;

/// Model size N > 0, in parameters, tokens or FLOPs (the scenario's axis says which).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Scale(f64);

impl Scale {
    /// N itself.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// x = log10 N, the horizontal axis of every figure, in decades.
    #[must_use]
    pub fn log10(self) -> f64 {
        libm::log10(self.0)
    }

    /// The scale of a place on the axis; fails where 10^x overflows or vanishes.
    ///
    /// # Errors
    /// [`Invalid::Scale`] where 10^x is not a positive finite number.
    pub fn from_log10(x: f64) -> Result<Self, Invalid> {
        Self::try_from(libm::pow(10.0, x))
    }

    /// ln(N / other): how far apart two scales are, in e-folds.
    #[must_use]
    pub fn e_folds_above(self, other: Self) -> f64 {
        // One rounding less than a difference of logarithms, unless the ratio leaves the range of floating point.
        match self.0 / other.0 {
            ratio if ratio > 0.0 && ratio < f64::INFINITY => libm::log(ratio),
            _ => libm::log(self.0) - libm::log(other.0),
        }
    }

    pub(crate) const fn constant(n: f64) -> Self {
        assert!(n > 0.0 && n < f64::INFINITY);
        Self(n)
    }
}

impl TryFrom<f64> for Scale {
    type Error = Invalid;

    fn try_from(n: f64) -> Result<Self, Invalid> {
        if n > 0.0 && n < f64::INFINITY {
            Ok(Self(n))
        } else {
            Err(Invalid::Scale(n))
        }
    }
}

impl From<Scale> for f64 {
    fn from(scale: Scale) -> f64 {
        scale.0
    }
}

impl schemars::JsonSchema for Scale {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scale".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number", "exclusiveMinimum": 0.0 })
    }
}

/// The most scales one scenario may have.
const MAX_SCALES: usize = 100_000;

/// The measured scales, increasing: `"log:a:b:n"` (even in log10), `"lin:a:b:n"` (even in N) or a list.
///
/// Generated scales are computed on `libm` and rounded to 12 significant digits, so that they are the same numbers on
/// every machine; attempts are addressed by them.
#[derive(Clone, Debug, PartialEq)]
pub struct Scales {
    written: Written,
    scales: Vec<Scale>,
}

#[derive(Clone, Debug, PartialEq)]
enum Written {
    Text(String),
    List,
}

#[derive(Clone, Copy)]
enum Spacing {
    Log,
    Linear,
}

impl Scales {
    /// The scales, increasing; never empty.
    #[must_use]
    pub fn as_slice(&self) -> &[Scale] {
        &self.scales
    }

    /// The smallest and the largest: the window of measurement.
    #[must_use]
    pub fn window(&self) -> (Scale, Scale) {
        (self.scales[0], self.scales[self.scales.len() - 1])
    }

    /// The measured scale that a number stands for: the same one, or one within 1e-9 of it (generated scales have twelve
    /// digits, which nobody types).
    #[must_use]
    pub fn meant_by(&self, scale: Scale) -> Option<Scale> {
        let same = |measured: &Scale| (measured.0 / scale.0 - 1.0).abs() <= 1e-9;
        let nearest = |measured: &Scale| (measured.0 / scale.0 - 1.0).abs();
        let candidates = self.around(scale).into_iter().filter(same);
        candidates.min_by(|one, other| nearest(one).total_cmp(&nearest(other)))
    }

    /// The measured scales next to a scale: the largest up to it and the smallest above it, where there are such.
    #[must_use]
    pub fn around(&self, scale: Scale) -> Vec<Scale> {
        let above = self.scales.partition_point(|measured| *measured <= scale);
        let below = above.checked_sub(1);
        let places = below.into_iter().chain([above]);
        places
            .filter_map(|place| self.scales.get(place).copied())
            .collect()
    }

    /// Reads `log:a:b:n` or `lin:a:b:n`.
    ///
    /// # Errors
    /// The text has another form, or the range is empty, reversed or too long.
    pub fn generated(text: &str) -> Result<Self, Invalid> {
        let unreadable = || Invalid::ScalesText(text.to_owned());
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        let [spacing, from, to, count] = parts[..] else {
            return Err(unreadable());
        };
        let spacing = match spacing {
            "log" => Spacing::Log,
            "lin" => Spacing::Linear,
            _ => return Err(unreadable()),
        };
        let number = |part: &str| {
            part.replace('_', "")
                .parse::<f64>()
                .map_err(|_| unreadable())
        };
        let (from, to, count) = (number(from)?, number(to)?, number(count)?);
        if count.fract() != 0.0 || !(0.0..=1e15).contains(&count) {
            return Err(unreadable());
        }
        let count = count as usize;
        if count > MAX_SCALES {
            return Err(Invalid::TooManyScales(count, MAX_SCALES));
        }
        let (first, last) = (Scale::try_from(from)?, Scale::try_from(to)?);
        if count < 2 || first >= last {
            return Err(Invalid::ScaleRange { from, to, count });
        }
        let between = |share: f64| match spacing {
            Spacing::Log => libm::pow(10.0, first.log10() + share * (last.log10() - first.log10())),
            Spacing::Linear => from + share * (to - from),
        };
        let scales = (0..count)
            .map(|i| Scale::try_from(twelve_digits(between(i as f64 / (count - 1) as f64))))
            .collect::<Result<Vec<_>, _>>()?;
        Self::increasing(Written::Text(text.to_owned()), scales)
    }

    /// Takes a list of increasing scales as it is.
    ///
    /// # Errors
    /// The list is empty, too long, or does not increase.
    pub fn listed(scales: Vec<Scale>) -> Result<Self, Invalid> {
        if scales.len() > MAX_SCALES {
            return Err(Invalid::TooManyScales(scales.len(), MAX_SCALES));
        }
        Self::increasing(Written::List, scales)
    }

    fn increasing(written: Written, scales: Vec<Scale>) -> Result<Self, Invalid> {
        if scales.is_empty() {
            return Err(Invalid::NoScales);
        }
        match scales.windows(2).find(|pair| pair[0] >= pair[1]) {
            Some(pair) => Err(Invalid::ScalesOrder(pair[0].get(), pair[1].get())),
            None => Ok(Self { written, scales }),
        }
    }
}

impl Default for Scales {
    /// `log:1e7:1e12:26`: five decades, five scales in each.
    fn default() -> Self {
        // Every scenario that is read begins with the defaults, if only to replace them.
        static DEFAULT: LazyLock<Scales> = LazyLock::new(|| {
            let (first, last, steps) = (7.0, 12.0, 25);
            let x = |i: i32| first + (last - first) * f64::from(i) / f64::from(steps);
            let scales = (0..=steps)
                .map(|i| Scale(twelve_digits(libm::pow(10.0, x(i)))))
                .collect();
            Scales {
                written: Written::Text("log:1e7:1e12:26".to_owned()),
                scales,
            }
        });
        DEFAULT.clone()
    }
}

/// The nearest number of twelve significant digits.
pub(crate) fn twelve_digits(x: f64) -> f64 {
    // Decimal formatting and parsing are exact, hence equal everywhere.
    format!("{x:.11e}").parse().unwrap_or(x)
}

impl Serialize for Scales {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.written {
            Written::Text(text) => serializer.serialize_str(text),
            Written::List => self.scales.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Scales {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;

        impl<'de> serde::de::Visitor<'de> for TextOrList {
            type Value = Scales;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("scales such as \"log:1e7:1e12:26\" or [1e8, 1e9, 1e10]")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Scales, E> {
                Scales::generated(text).map_err(E::custom)
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut list: A,
            ) -> Result<Scales, A::Error> {
                let mut scales = Vec::new();
                while let Some(scale) = list.next_element()? {
                    scales.push(scale);
                }
                Scales::listed(scales).map_err(serde::de::Error::custom)
            }
        }

        deserializer.deserialize_any(TextOrList)
    }
}

impl schemars::JsonSchema for Scales {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scales".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "anyOf": [
            {
                "title": "\"log:FIRST:LAST:COUNT\"",
                "description": "COUNT scales from FIRST to LAST, even in log10 N",
                "type": "string",
                "pattern": r"^\s*log\s*(:[^:]+){3}$",
            },
            {
                "title": "\"lin:FIRST:LAST:COUNT\"",
                "description": "COUNT scales from FIRST to LAST, even in N",
                "type": "string",
                "pattern": r"^\s*lin\s*(:[^:]+){3}$",
            },
            {
                "title": "a list of increasing numbers above 0",
                "type": "array",
                "items": generator.subschema_for::<Scale>(),
                "minItems": 1,
                "maxItems": MAX_SCALES,
            },
        ] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_scales_have_twelve_digits_and_exact_ends() {
        let scales = Scales::generated("log:1e7:1e12:26").unwrap();
        let numbers: Vec<f64> = scales.as_slice().iter().map(|scale| scale.get()).collect();
        assert_eq!(numbers.len(), 26);
        assert_eq!((numbers[0], numbers[25]), (1e7, 1e12));
        assert_eq!(numbers[1], 15_848_931.924_6); // 10^7.2 = 15848931.92461113...
        assert_eq!(scales, Scales::default());
        assert_eq!(
            Scales::generated("lin:1:4:4").unwrap().as_slice()[2].get(),
            3.0
        );
    }

    #[test]
    fn a_number_stands_for_the_measured_scale_it_is_but_for_rounding() {
        let scale = |n| Scale::try_from(n).unwrap();
        let scales = Scales::default();
        let meant = |n| scales.meant_by(scale(n)).map(Scale::get);
        assert_eq!(meant(1e10), Some(1e10));
        assert_eq!(meant(15_848_931.92), Some(15_848_931.924_6));
        assert_eq!(meant(1.585e7), None);
        let around = |n| -> Vec<f64> {
            let found = scales.around(scale(n)).into_iter();
            found.map(Scale::get).collect()
        };
        assert_eq!(around(1.585e7), [15_848_931.924_6, 25_118_864.315_1]);
        assert_eq!([around(3.0), around(1e13)], [vec![1e7], vec![1e12]]);
    }

    #[test]
    fn ranges_that_make_no_sense_are_refused() {
        for text in [
            "log:1e9:1e8:5",
            "log:1e8:1e9:1",
            "log:0:1e9:3",
            "lin:1:2",
            "exp:1:2:3",
            "log:1:2:2.5",
            "log:a:2:3",
        ] {
            assert!(Scales::generated(text).is_err(), "{text}");
        }
        let reversed = [2.0, 1.0].map(|n| Scale::try_from(n).unwrap());
        assert_eq!(
            Scales::listed(reversed.to_vec()),
            Err(Invalid::ScalesOrder(2.0, 1.0))
        );
    }
}
