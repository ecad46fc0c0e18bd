//! What small scales say of larger ones, and how often that is true.

mod assess;
mod backtest;
mod bootstrap;
mod candidate;
mod confidence;
mod finding;
mod forecaster;
mod foretell;
mod horizon;
mod last_value;
mod law_curve;
mod loss_law;
mod model;
mod plan;
mod prediction;
mod quality;
mod scales;
mod series;
mod settings;
mod simulated;
mod straight_line;
mod two_stage;

pub use assess::forecasts;
pub use backtest::{
    BackTest, BackTestErrors, BackTestFinding, MOST_BACK_TESTS, back_tests, back_tests_of,
};
pub use bootstrap::forecasts_of;
pub use finding::{
    FanIntervals, ForecastFan, ForecastFinding, ForecastRow, ForecastSeries, ForecastTold, Given,
    ScaleRole, SeriesPoint,
};
pub use forecaster::{
    Crossing, Forecast, ForecastAim, ForecastPoint, Forecaster, NoForecast, RateLikelihood,
};
pub use horizon::{AssumedTask, Horizon, HorizonFinding, HorizonRow, NoHorizon, Reached, horizon};
pub use model::ForecastModel;
pub use plan::{ForecastPlan, ForecastPlanError, MeasuredForecastPlan};
pub use quality::{Averaged, ForecastErrors, ForecastQuality, interval_score};
pub use scales::ForecastScales;
pub use settings::{ForecastSettings, HorizonSettings};
