//! What small scales say of larger ones, and how often that is true.

mod confidence;
mod forecaster;
mod foretell;
mod last_value;
mod law_curve;
mod loss_law;
mod model;
mod plan;
mod prediction;
mod settings;
mod straight_line;
mod two_stage;

pub use forecaster::{
    Crossing, Forecast, ForecastAim, ForecastPoint, Forecaster, NoForecast, RateLikelihood,
};
pub use model::{ForecastModel, UnknownForecastModel};
pub use plan::{ForecastPlan, ForecastPlanError};
pub use settings::{ForecastSettings, HorizonSettings};
