//! The table people read. The only file that names comfy-table.

use comfy_table::{Cell, CellAlignment, Table, presets};

use super::number::percent;
use super::words::each_once;
use crate::study::{Finding, IntervalMethod, Row, upper_bound_at_zero};

/// The table people read, within 80 columns unless names are long: by scenario, metric and scale, with what the numbers are below it.
#[must_use]
pub fn terminal(findings: &[Finding]) -> String {
    let several = findings.len() > 1;
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let mut header = vec!["metric", "scale", "estimate", "interval", "expected", "z"];
    if several {
        header.insert(0, "scenario");
    }
    table.set_header(header);
    for finding in findings {
        let mut name = Some(finding.name.as_str());
        for &metric in finding.scenario.evaluation.metrics.as_slice() {
            let mut metric_name = Some(metric.to_string());
            for row in finding.rows.iter().filter(|row| row.metric == metric) {
                let mut cells = vec![
                    metric_name.take().unwrap_or_default(),
                    scale(row.scale.get()),
                ];
                cells.push(readable(row.estimate.value));
                cells.push(interval(row));
                cells.push(row.expected.map(readable).unwrap_or_default());
                cells.push(row.z.map(score).unwrap_or_default());
                if several {
                    cells.insert(0, name.take().unwrap_or_default().to_owned());
                }
                table.add_row(cells.into_iter().map(Cell::new));
            }
        }
    }
    let first_number = if several { 2 } else { 1 };
    for (place, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 1));
        if place >= first_number {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let rows = table
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect::<String>();
    rows + &notes(findings)
}

/// Two decimals with their sign; none at zero.
fn score(z: f64) -> String {
    let text = format!("{z:+.2}");
    if text == "+0.00" || text == "-0.00" {
        "0.00".to_owned()
    } else {
        text
    }
}

/// "[0.0416, 0.0698] w"; where nothing succeeded, the bound that says so.
fn interval(row: &Row) -> String {
    let interval = row.estimate.interval;
    let letter = match interval.method {
        IntervalMethod::Wilson => 'w',
        IntervalMethod::ClopperPearson => 'c',
        IntervalMethod::WilsonEffective => 'e',
        IntervalMethod::ClopperPearsonEffective => 'f',
    };
    if row.estimate.value == 0.0 && row.metric.credit.is_all_or_nothing() {
        return format!(
            "below {} b",
            readable(upper_bound_at_zero(row.estimate.items))
        );
    }
    format!(
        "[{}, {}] {letter}",
        readable(interval.low),
        readable(interval.high)
    )
}

/// What the letters and columns mean, with the sizes behind the numbers.
fn notes(findings: &[Finding]) -> String {
    let mut text = String::from("\n");
    for finding in findings {
        let evaluation = &finding.scenario.evaluation;
        let (items, attempts, runs) = (
            evaluation.items.get(),
            evaluation.attempts.get(),
            evaluation.training_seeds.get(),
        );
        text += &format!(
            "{}: items {items}, attempts at each {attempts}, training runs {runs}\n",
            finding.name
        );
    }
    if findings
        .iter()
        .any(|finding| finding.scenario.evaluation.training_seeds.get() == 1)
    {
        text += "with one training run, intervals are for this training run\n";
    }
    let level = each_once(
        findings
            .iter()
            .map(|finding| percent(finding.scenario.evaluation.level)),
    );
    text += &format!(
        "interval ({level}): w Wilson, c Clopper-Pearson, e and f the same two with the\n  \
         effective number of items; b one-sided 95% bound when no item succeeded\n\
         expected: computed, not simulated; z: normal score of the estimate under it\n"
    );
    let scores = findings
        .iter()
        .flat_map(|finding| &finding.rows)
        .filter_map(|row| row.z);
    let (count, largest) = scores.fold((0, 0.0_f64), |(count, largest), z| {
        (count + 1, largest.max(z.abs()))
    });
    if count > 0 {
        text += &format!("largest |z| of {count}: {largest:.2}\n");
    }
    text
}

/// Four decimals; powers of ten where they would show nothing.
fn readable(x: f64) -> String {
    if x == 0.0 {
        "0".to_owned()
    } else if x.abs() < 5e-4 {
        format!("{x:.1e}")
    } else {
        format!("{x:.4}")
    }
}

/// A scale in three digits: 1.58e7.
fn scale(n: f64) -> String {
    format!("{n:.2e}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_matters() {
        let numbers = [0.0, 0.0537, 9.3e-11, 1.0].map(readable);
        assert_eq!(numbers, ["0", "0.0537", "9.3e-11", "1.0000"]);
        assert_eq!(
            [-0.001, -1.384, 10.0].map(score),
            ["0.00", "-1.38", "+10.00"]
        );
    }
}
