//! Numbers as people read them. Always with a decimal point, whatever the locale.

use crate::domain::Level;

/// Four decimals; powers of ten where they would show nothing.
pub(super) fn readable(x: f64) -> String {
    if x == 0.0 {
        "0".to_owned()
    } else if x.abs() < 5e-4 {
        format!("{x:.1e}")
    } else {
        format!("{x:.4}")
    }
}

/// A scale in three digits: 1.58e7.
pub(super) fn scale(n: f64) -> String {
    format!("{n:.2e}")
}

/// A level as a percentage: 95%, 99.9%.
pub(super) fn percent(level: Level) -> String {
    // Six decimals hide the rounding of the product.
    let text = format!("{:.6}", 100.0 * level.get());
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// The shortest decimal that reads back as the same number.
pub(super) fn shortest(x: f64) -> String {
    format!("{x:?}")
}

/// Ten to the power of a decade: 10⁷.
pub(super) fn power_of_ten(decade: i32) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => c
            .to_digit(10)
            .and_then(|digit| char::from_u32(0x2070 + digit))
            .unwrap_or(c),
    };
    format!(
        "10{}",
        decade.to_string().chars().map(digit).collect::<String>()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_matters() {
        assert_eq!(
            [
                readable(0.0),
                readable(0.0537),
                readable(9.3e-11),
                readable(1.0)
            ],
            ["0", "0.0537", "9.3e-11", "1.0000"]
        );
        assert_eq!(
            [shortest(1e7), shortest(0.1), shortest(9e-11)],
            ["10000000.0", "0.1", "9e-11"]
        );
        assert_eq!(
            [power_of_ten(12), power_of_ten(-3), power_of_ten(0)],
            ["10¹²", "10⁻³", "10⁰"]
        );
    }
}
