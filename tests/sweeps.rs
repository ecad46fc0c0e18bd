//! Sweeps made by hand, and a figure of every kind of them.

use mirage::domain::Scenario;
use mirage::report::{
    CreditAxis, Figure, NumberScale, PlotAxis, PlotKind, PlotRequest, PlotWhat, plot,
};
use mirage::study::{Finding, PointFinding, SweepFinding, expect};
use serde_json::{Value, json};

use crate::support;

/// How the points of a sweep are come by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Points {
    /// Attempted, and taken apart.
    Simulated,
    /// Neither.
    Expected,
}

fn set(table: &mut Value, key: &str, value: Value) {
    let mut here = table;
    let mut parts = key.split('.').peekable();
    while let Some(part) = parts.next() {
        if here.get(part).is_none() {
            here[part] = json!({});
        }
        here = &mut here[part];
        if parts.peek().is_none() {
            *here = value.clone();
        }
    }
}

/// A scenario of JSON with some keys set; a text that is a table sets the table.
pub(crate) fn scenario(base: &Value, keys: &[String], settings: &[Value]) -> Scenario {
    let mut table = base.clone();
    for (key, value) in keys.iter().zip(settings) {
        if !value.is_null() {
            set(&mut table, key, value.clone());
        }
    }
    serde_json::from_value(table).unwrap()
}

/// One point for each of these settings.
pub(crate) fn listed(
    base: &Value,
    keys: &[&str],
    settings: &[Vec<Value>],
    points: Points,
) -> SweepFinding {
    let keys: Vec<String> = keys.iter().map(|&key| key.to_owned()).collect();
    let point = |(number, settings): (u64, &Vec<Value>)| {
        let scenario = scenario(base, &keys, settings);
        let mut finding: Finding = match points {
            Points::Simulated => support::run(scenario),
            Points::Expected => expect("test".to_owned(), scenario),
        };
        if points == Points::Simulated {
            support::dissect(&mut finding, 0);
        }
        PointFinding {
            number,
            settings: settings.clone(),
            finding,
        }
    };
    SweepFinding {
        points: (0..).zip(settings).map(point).collect(),
        keys,
    }
}

/// One point for each combination, the last key fastest.
pub(crate) fn grid(base: &Value, keys: &[(&str, Vec<Value>)], points: Points) -> SweepFinding {
    let mut settings: Vec<Vec<Value>> = vec![Vec::new()];
    for (_, values) in keys {
        let longer = settings.iter().flat_map(|before| {
            let with = |value: &Value| [&before[..], std::slice::from_ref(value)].concat();
            values.iter().map(with).collect::<Vec<_>>()
        });
        settings = longer.collect();
    }
    let names: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
    listed(base, &names, &settings, points)
}

pub(crate) fn values<T: Into<Value> + Clone>(all: &[T]) -> Vec<Value> {
    all.iter().cloned().map(Into::into).collect()
}

/// Even steps, as shipped, on a small test.
pub(crate) fn even() -> Value {
    json!({
        "title": "Even steps",
        "skill": {"kind": "power-law", "c": 1e8, "alpha": 0.34},
        "evaluation": {"scales": "log:1e7:1e12:11", "items": 400},
    })
}

pub(crate) fn by_steps() -> SweepFinding {
    let steps = values(&[1, 2, 5, 10, 20, 50]);
    grid(&even(), &[("task.steps", steps)], Points::Simulated)
}

pub(crate) fn by_alpha() -> SweepFinding {
    let alphas = values(&[0.2, 0.3, 0.45, 0.7]);
    grid(&even(), &[("skill.alpha", alphas)], Points::Simulated)
}

pub(crate) fn by_steps_and_alpha(points: Points) -> SweepFinding {
    let keys = [
        ("task.steps", values(&[1, 2, 3, 5, 10, 20, 30, 50])),
        (
            "skill.alpha",
            values(&[0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6]),
        ),
    ];
    grid(&even(), &keys, points)
}

/// Words, some of them long.
pub(crate) fn by_dependence() -> SweepFinding {
    let kinds = [
        "independent",
        "halting",
        "tainted",
        "markov",
        "error-fraction",
    ];
    let keys = [("task.dependence.kind", values(&kinds))];
    grid(&even(), &keys, Points::Simulated)
}

/// Two keys that go together, and a third that does not.
pub(crate) fn zipped() -> SweepFinding {
    let settings = [
        (5, 0.3, 100),
        (10, 0.4, 100),
        (20, 0.5, 100),
        (5, 0.3, 1000),
        (10, 0.4, 1000),
        (20, 0.5, 1000),
    ];
    let settings =
        settings.map(|(steps, alpha, items)| vec![json!(steps), json!(alpha), json!(items)]);
    let keys = ["task.steps", "skill.alpha", "evaluation.items"];
    listed(&even(), &keys, &settings, Points::Simulated)
}

/// Two keys drawn at random: no value comes twice.
pub(crate) fn scattered() -> SweepFinding {
    let settings = (0..20_u32).map(|i| {
        let share = |step: u32| f64::from((i * step + 3) % 20) / 20.0;
        let c = libm::exp10(6.0 + 4.0 * share(7));
        vec![json!(0.1 + 0.4 * share(3)), json!(c)]
    });
    let settings: Vec<Vec<Value>> = settings.collect();
    listed(
        &even(),
        &["skill.alpha", "skill.c"],
        &settings,
        Points::Simulated,
    )
}

pub(crate) fn request() -> PlotRequest {
    PlotRequest::default()
}

pub(crate) fn key(word: &str) -> Option<PlotAxis> {
    Some(PlotAxis::from(word))
}

pub(crate) fn credits(words: &[&str]) -> PlotWhat {
    PlotWhat::summary(words.iter().copied()).unwrap()
}

pub(crate) fn anatomy(words: &[&str]) -> PlotWhat {
    PlotWhat::anatomy(words.iter().copied()).unwrap()
}

/// A figure of every kind, with what to call it.
pub(crate) fn gallery() -> Vec<(String, Figure)> {
    let mut figures = Vec::new();
    let mut add = |name: &str, sweep: &SweepFinding, request: PlotRequest| {
        figures.push((name.to_owned(), plot(sweep, &request).unwrap()));
    };
    let (steps, alpha, both) = (
        by_steps(),
        by_alpha(),
        by_steps_and_alpha(Points::Simulated),
    );
    let (dependence, zipped) = (by_dependence(), zipped());
    add("steps", &steps, request());
    for y_scale in CreditAxis::ALL {
        let what = credits(&["exact-match"]);
        let name = format!("steps-{y_scale:?}");
        add(
            &name,
            &steps,
            PlotRequest {
                what,
                y_scale,
                ..request()
            },
        );
    }
    add("alpha", &alpha, request());
    add("dependence", &dependence, request());
    add(
        "zipped",
        &zipped,
        PlotRequest {
            what: credits(&["exact-match"]),
            ..request()
        },
    );
    add(
        "facets",
        &both,
        PlotRequest {
            facet: Some("alpha".to_owned()),
            ..request()
        },
    );
    let over = |x: &str| PlotRequest {
        x: key(x),
        ..request()
    };
    add("over-steps", &steps, over("steps"));
    add("over-alpha-scattered", &scattered(), over("alpha"));
    add(
        "over-steps-by-scale",
        &steps,
        PlotRequest {
            by: key("scale"),
            ..over("steps")
        },
    );
    add(
        "over-steps-by-alpha",
        &both,
        PlotRequest {
            at: Some(1e10.try_into().unwrap()),
            y_scale: CreditAxis::Cloglog,
            ..over("task.steps")
        },
    );
    add("over-dependence", &dependence, over("kind"));
    add(
        "over-alpha-log",
        &alpha,
        PlotRequest {
            x_scale: NumberScale::Log,
            ..over("alpha")
        },
    );
    add(
        "anatomy",
        &steps,
        PlotRequest {
            what: anatomy(&[]),
            ..request()
        },
    );
    add(
        "anatomy-by-alpha",
        &both,
        PlotRequest {
            what: anatomy(&["shift", "first-visible", "useful-from", "exact-match"]),
            ..over("steps")
        },
    );
    for kind in [PlotKind::Heatmap, PlotKind::Contour] {
        let cells = |x: &str, by: &str, what: PlotWhat| PlotRequest {
            kind,
            what,
            ..PlotRequest {
                by: key(by),
                ..over(x)
            }
        };
        add(
            &format!("{kind:?}-shift"),
            &both,
            cells("alpha", "steps", anatomy(&["shift"])),
        );
        add(
            &format!("{kind:?}-credit"),
            &both,
            cells("alpha", "steps", credits(&[])),
        );
        add(
            &format!("{kind:?}-scale"),
            &steps,
            cells("scale", "steps", credits(&[])),
        );
    }
    let names = PlotRequest {
        kind: PlotKind::Heatmap,
        by: key("kind"),
        ..request()
    };
    add("Heatmap-names", &dependence, names);
    let against = PlotRequest {
        kind: PlotKind::MetricAgainstMetric,
        ..request()
    };
    add("against", &steps, against.clone());
    add("against-dependence", &dependence, against.clone());
    add(
        "against-log",
        &steps,
        PlotRequest {
            y_scale: CreditAxis::Log,
            ..against
        },
    );
    figures
}
