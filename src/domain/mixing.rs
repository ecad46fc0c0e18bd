use super::beta_law::BetaLaw;
pub(super) fn normal_nodes(_sd: f64) -> Vec<(f64, f64)> {
    let step = 0.05;
    (-180..=180)
        .map(|i| {
            let z = f64::from(i) * step;
            (
                z,
                step * libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI),
            )
        })
        .collect()
}
pub(super) fn gamma_nodes(shape: f64, _relevant: (f64, f64)) -> Vec<(f64, f64)> {
    let step = 0.1;
    let front = shape * libm::log(shape) - libm::lgamma(shape);
    (-1500..60)
        .map(|i| {
            let t = f64::from(i) * step;
            (
                t,
                step * libm::exp(front + shape * t - shape * libm::exp(t)),
            )
        })
        .collect()
}
pub(super) fn beta_nodes(law: &BetaLaw) -> Vec<(f64, f64)> {
    let n = 400;
    (0..n)
        .map(|i| {
            (
                law.hazard_at((f64::from(i) + 0.5) / f64::from(n)),
                1.0 / f64::from(n),
            )
        })
        .collect()
}
