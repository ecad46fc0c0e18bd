//! Numbers as texts. Always with a decimal point, whatever the locale.

use crate::domain::Level;

/// A level as a percentage: 95%, 99.9%.
pub(super) fn percent(level: Level) -> String {
    // Six decimals hide the rounding of the product.
    let text = format!("{:.6}", 100.0 * level.get());
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A success rate from which on something pays, without the rounding of its computation.
pub(super) fn threshold(q: f64) -> String {
    format!("{}", (q * 1e6).round() / 1e6)
}

/// The shortest decimal that reads back as the same number.
pub(super) fn shortest(x: f64) -> String {
    format!("{x:?}")
}

/// Four digits, without zeros behind them; powers of ten where the number is very small or large: 0.2089, 2.1e-7.
pub(super) fn four_digits(x: f64) -> String {
    let places = match x.abs() {
        size if size == 0.0 || size.is_infinite() => {
            return if x == 0.0 { "0" } else { "infinite" }.to_owned();
        }
        size if !(1e-3..1e5).contains(&size) => return format!("{x:.1e}").replace(".0e", "e"),
        size => (3.0 - libm::log10(size).floor()).clamp(0.0, 6.0) as usize,
    };
    let text = format!("{x:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// A probability in four decimals; where they would say nothing, how far it is from 0 or 1.
pub(super) fn probability(p: f64) -> String {
    match p {
        0.0 => "0".to_owned(),
        1.0 => "1".to_owned(),
        p if p < 5e-4 => format!("{p:.1e}"),
        p if 1.0 - p < 5e-5 => format!("1 - {:.1e}", 1.0 - p),
        p => format!("{p:.4}"),
    }
}

/// Ten to the power of a decade: 10⁷.
pub(super) fn power_of_ten(decade: i32) -> String {
    format!("10{}", superscript(decade))
}

/// A whole number as an exponent: ¹⁰.
pub(super) fn superscript(number: impl ToString) -> String {
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
    number.to_string().chars().map(digit).collect()
}

/// A scale in two digits, for figures: 1.7×10¹¹.
pub(super) fn scale(x: f64) -> String {
    let (mut decade, mut digits) = (x.floor(), libm::exp10(x - x.floor()));
    // Rounding may carry it to the next power.
    if digits >= 9.95 {
        (decade, digits) = (decade + 1.0, 1.0);
    }
    match format!("{digits:.1}").trim_end_matches(".0") {
        "1" => power_of_ten(decade as i32),
        digits => format!("{digits}×{}", power_of_ten(decade as i32)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_levels_have_no_rounding() {
        assert_eq!(
            [shortest(1e7), shortest(0.1), shortest(9e-11)],
            ["10000000.0", "0.1", "9e-11"]
        );
        assert_eq!(
            [
                percent(Level::constant(0.95)),
                percent(Level::constant(0.999))
            ],
            ["95%", "99.9%"]
        );
    }

    #[test]
    fn probabilities_near_their_ends_say_how_near() {
        assert_eq!(
            [0.0, 3.2e-7, 0.053_66, 0.999_94, 1.0 - 2e-6, 1.0].map(probability),
            ["0", "3.2e-7", "0.0537", "0.9999", "1 - 2.0e-6", "1"]
        );
        assert_eq!(
            [0.0, 1e-4, 0.208_93, 1.0, 12.5, 1234.56, 1e9, f64::INFINITY].map(four_digits),
            [
                "0", "1e-4", "0.2089", "1", "12.5", "1235", "1e9", "infinite"
            ]
        );
    }

    #[test]
    fn scales_have_two_digits() {
        assert_eq!(
            [11.24, 9.0, 9.9999, -2.5].map(scale),
            ["1.7×10¹¹", "10⁹", "10¹⁰", "3.2×10⁻³"]
        );
    }
}
