#[derive(Clone, Debug)]
pub(super) struct BetaLaw {
    a: f64,
    b: f64,
}
impl BetaLaw {
    pub(super) fn with_mean(hazard: f64, concentration: f64) -> Self {
        Self {
            a: concentration * libm::exp(-hazard),
            b: concentration * -libm::expm1(-hazard),
        }
    }
    pub(super) fn hazard_at(&self, u: f64) -> f64 {
        if self.a <= 0.0 {
            return f64::INFINITY;
        }
        if self.b <= 0.0 {
            return 0.0;
        }
        -libm::log(super::special::beta_quantile(u, self.a, self.b))
    }
}
