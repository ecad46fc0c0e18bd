//! Power over a number of the design, and what studies of the design as it is report.

use super::super::axis::Axis;
use super::super::drawn::hull;
use super::super::figure::Panel;
use super::super::layer::{Bar, BarStyle, Distribution, Layer, ReferenceLine};
use super::super::look::Look;
use super::super::power_figure::power_panels;
use super::super::words;
use super::Drawn;
use crate::study::{PowerOver, PowersOver, ReportedDifference, ReportedDifferences};

/// A panel for each test, and one for what studies report.
pub(super) fn panels(
    over: &PowerOver,
    powers: &PowersOver,
    reported: Option<&ReportedDifferences>,
) -> Drawn {
    let (mut panels, mut note) =
        power_panels(&over.plan, over.number, (&powers.curve, &powers.planned), 0);
    panels.extend(reported.map(differences));
    if reported.is_some() {
        note += " Bars: exact.";
    }
    (panels, note)
}

/// Shares rarer than this are not shown.
const RARE: f64 = 1e-4;

fn differences(all: &ReportedDifferences) -> Panel {
    let items = all.items.get();
    let shown = || all.reported.iter().filter(|one| one.share >= RARE);
    let half = 0.5 / items as f64;
    let (from, to) = hull(shown().map(|one| (one.difference - half, one.difference + half)));
    let most = shown().fold(0.0_f64, |most, one| most.max(one.share));
    let bars = |label: String, style, share: fn(&ReportedDifference) -> f64| {
        let bar = |one: &ReportedDifference| Bar {
            from: one.difference - half,
            to: one.difference + half,
            height: share(one),
        };
        Layer::from(Distribution {
            label,
            look: Look::at(0),
            style,
            bars: shown().map(bar).collect(),
        })
    };
    let truth =
        ReferenceLine::vertical(&format!("the truth: {:.3}", all.difference), all.difference);
    let metric = words::title(all.metric).to_lowercase();
    Panel {
        title: format!("What studies of {items} items report"),
        subtitle: match all.mean_found {
            Some(mean) => {
                format!("{metric}; those that find a difference say {mean:.3} on average")
            }
            None => metric,
        },
        x: Axis::number("Difference of success rates", from, to),
        y: Axis::number("Share of studies", 0.0, 1.25 * most),
        measured: None,
        layers: vec![
            bars("all studies".to_owned(), BarStyle::Outlined, |one| {
                one.share
            }),
            bars(
                format!("find a difference ({:.0}%)", 100.0 * all.found),
                BarStyle::Filled,
                |one| one.found,
            ),
            truth.into(),
        ],
    }
}
