//! Numbers as texts. Always with a decimal point, whatever the locale.

use crate::domain::Level;

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
}
