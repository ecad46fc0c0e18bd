//! What small scales say of larger ones, and how often that is true.

mod forecaster;
mod model;
mod plan;
mod settings;

pub use forecaster::{
    Crossing, Forecast, ForecastAim, ForecastPoint, Forecaster, NoForecast, RateLikelihood,
};
pub use model::{ForecastModel, UnknownForecastModel};
pub use plan::{ForecastPlan, ForecastPlanError};
pub use settings::{ForecastSettings, HorizonSettings};
