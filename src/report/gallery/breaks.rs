//! A break, the smooth law that is taken for it, and how surely each metric tells them apart.

use super::super::headline::MixedAxes;
use super::super::layer::Layer;
use super::super::power_figure::power_panels;
use super::{Drawn, worlds};
use crate::study::{FigureFinding, PowerOver, Shown};

/// A panel for each metric with the attempts at both laws, and one for each test with its power.
pub(super) fn panels(finding: &FigureFinding, over: &PowerOver) -> Result<Drawn, MixedAxes> {
    let (mut panels, both) = worlds(&finding.findings)?;
    for panel in &mut panels {
        // Whether a use pays, and what a test of items resolves, is not asked here.
        panel
            .layers
            .retain(|layer| !matches!(layer, Layer::Line(_)));
    }
    let Shown::Powers { curve, planned, .. } = &finding.shown else {
        return Ok((panels, both));
    };
    // Metrics look otherwise than the two laws.
    let first = finding.findings.len();
    let (powers, told) = power_panels(&over.plan, over.number, (curve, planned), first);
    panels.extend(powers);
    Ok((panels, format!("{both} Powers: {told}")))
}
