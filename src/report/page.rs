//! A page of text for a terminal: columns, wrapped sentences, numbers of three digits.

use crate::domain::Scale;

/// At most so many scales, evenly taken from all, first and last among them.
pub(super) fn some_of(scales: &[Scale], most: usize) -> Vec<Scale> {
    let last = scales.len().saturating_sub(1);
    let places = most.min(scales.len());
    let mut shown: Vec<Scale> = (0..places)
        .filter_map(|i| scales.get(i * last / (places - 1).max(1)).copied())
        .collect();
    shown.dedup();
    shown
}

/// 1.99, 20.8, 271; powers of ten where the number is very small or large.
pub(super) fn three_digits(x: f64) -> String {
    match x.abs() {
        0.0 => "0".to_owned(),
        size if size.is_infinite() => "endless".to_owned(),
        size if !(1e-3..1e4).contains(&size) => format!("{x:.1e}"),
        size => {
            let places = (2.0 - libm::log10(size).floor()).clamp(0.0, 5.0) as usize;
            format!("{x:.places$}")
        }
    }
}

/// Columns two blanks apart, the first to the left and the others to the right.
pub(super) fn aligned(table: &[Vec<String>], indent: &str) -> String {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = table.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells: Vec<String> = cells
            .map(|(place, (cell, &width))| match place {
                0 => format!("{cell:<width$}"),
                _ => format!("{cell:>width$}"),
            })
            .collect();
        format!("{indent}{}", cells.join("  "))
            .trim_end()
            .to_owned()
            + "\n"
    };
    table.iter().map(line).collect()
}

/// Lines of at most 78 columns, all but the first indented.
pub(super) fn wrapped(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => *line = word.to_owned(),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= 78 => {
                *line += &format!(" {word}");
            }
            _ => lines.push(format!("  {word}")),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_kept() {
        let numbers = [
            0.0,
            1.988,
            20.82,
            271.6,
            -0.2779,
            5.4e52,
            4.1e-5,
            f64::INFINITY,
        ];
        assert_eq!(
            numbers.map(three_digits),
            [
                "0", "1.99", "20.8", "272", "-0.278", "5.4e52", "4.1e-5", "endless"
            ]
        );
    }

    #[test]
    fn scales_shown_are_the_ends_and_some_between() {
        let scales: Vec<Scale> = (1..=26)
            .map(|n| Scale::try_from(f64::from(n)).unwrap())
            .collect();
        let of = |count: usize| -> Vec<f64> {
            some_of(&scales[..count], 5)
                .iter()
                .map(|one| one.get())
                .collect()
        };
        assert_eq!(of(26), [1.0, 7.0, 13.0, 19.0, 26.0]);
        assert_eq!((of(1), of(2)), (vec![1.0], vec![1.0, 2.0]));
        assert!(of(0).is_empty());
    }
}
