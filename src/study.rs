//! What the attempts show, and how surely. Values in, values out.

mod advice;
mod anatomy;
mod anatomy_number;
mod chi_square;
mod condition;
mod contrast;
mod credits;
mod curve;
mod design;
mod design_schema;
mod difference;
mod dip;
mod estimate;
mod finding;
mod fit;
mod forecast;
mod gallery;
mod information;
mod item_law;
mod law_fit;
mod likelihood;
mod maximum;
mod measured;
mod measured_row;
mod null;
mod plan;
mod pmf;
mod power;
mod practice;
mod repeated;
mod replay;
mod rise;
mod run_groups;
mod sample_size;
mod ship;
mod slice;
mod surprise;
mod sweep;
mod training_runs;
mod useful;
mod verify;
mod view;
mod visible;

pub use advice::{
    Advice, AtScale, Departure, Effects, FEWEST_INSIDE, MeanErrors, MetricAdvice, POWER, Place,
    Recommendation, RunLaw, RunsAdvice, RunsAtScale, SEED_RATES, SEEN, Why, advise,
    items_for_a_success, seeds_for_one,
};
pub use anatomy::{
    Anatomy, Change, Course, GateGrowth, Growth, MetricAnatomy, MetricRise, MetricVerdict, NoRise,
    SingleSteps, Theorem, Window, anatomy,
};
pub use anatomy_number::AnatomyNumber;
pub use chi_square::{ChiSquare, items_for_noncentrality, noncentrality_for};
pub use condition::{Condition, ConditionError};
pub use contrast::{CompareError, Compared, Contrast, McNemar, contrasts};
pub use curve::{Curve, CurvePoint, expected_curve, expected_curve_over};
pub use design::{
    DesignError, MOST_POINTS, Number, Numbers, Part, Range, Sample, Swept, SweptValues, Taken,
    check_count, even_steps,
};
pub(crate) use design_schema::SweepKey;
pub use design_schema::study_schema;
pub use difference::{Difference, DifferenceMethod};
pub use dip::{
    CriticalDip, CriticalDipError, DipTest, FEWEST_RUNS, OneGroup, Replicates, RunScores,
    RunScoresError, TwoGroups, dip,
};
pub use estimate::{
    Confidence, CreditSummary, Estimate, FEWEST_UNLIKE, Interval, IntervalMethod,
    upper_bound_at_zero,
};
pub use finding::{Finding, Row, evaluate, expect, expect_unless};
pub use fit::{
    BreakAt, BreakStatistic, CORRELATIONS, ChangeInterval, CurveFit, CurveLikelihood, Evidence,
    Family, FittedParameter, HazardProfile, Likelihoods, Link, Links, MOST_CELLS, Nearest, NoFit,
    NoLink, NoNearest, OtherCounts, SlopeChange, UNEVEN, fit, lr_statistic, nearest,
};
pub use forecast::{
    AssumedTask, Averaged, BackTest, BackTestErrors, BackTestFinding, Crossing, FanIntervals,
    Forecast, ForecastAim, ForecastErrors, ForecastFan, ForecastFinding, ForecastModel,
    ForecastPlan, ForecastPlanError, ForecastPoint, ForecastQuality, ForecastRow, ForecastScales,
    ForecastSeries, ForecastSettings, ForecastTold, Forecaster, Given, Horizon, HorizonFinding,
    HorizonRow, HorizonSettings, MOST_BACK_TESTS, MeasuredForecastPlan, NoForecast, NoHorizon,
    RateLikelihood, Reached, ScaleRole, SeriesPoint, back_tests, back_tests_of, forecasts,
    forecasts_of, horizon, interval_score,
};
pub use gallery::{
    DrawnScores, ExamWords, FigureFinding, FigureKind, FigurePlan, FigurePlanError, FigureSettings,
    FigureStudy, Illustration, KindOfRun, Motion, MotionFinding, MotionSettings, PowerOver,
    PowersOver, RunsAt, RunsShown, SCORE_REPLICATES, Shown, animate, horizons, illustrate,
};
pub use information::{Information, NoInformation, Reference, hazard_of_interest};
pub use item_law::{
    CeilingTest, ItemLaw, ItemLawError, ItemLawFit, ItemLawFits, LogLogLine, SuccessHistogram,
    fit_item_law, log_spaced,
};
pub use law_fit::{
    AllRightGiven, BreakQuestion, BreakTest, ExactMatchAlone, FEWEST_SCALES, HeldOut,
    Heterogeneity, LawCurve, LawCurves, LawFinding, LawFit, LawFitPlan, LawFitSettings,
    MOST_HELD_OUT, MOST_STEPS, MetricLaws, NoBreakTest, NoLaw, NoScenario, NoSteps,
    ParameterEstimate, ScoreInterval, SmoothNull, StepSuccess, StepsAtScale, StepsProfile,
    StepsRange, StepsText, StepsUntold, equal_steps, fit_laws, law_curves, to_scenario,
};
pub use likelihood::LikelihoodInterval;
pub use maximum::{Maximum, Search};
pub use measured::{Measured, MeasuredError, MeasuredPoint};
pub use measured_row::{MeasuredRow, ToldInterval};
pub use null::{NULL_REPLICATES, Null, Nulls, Rate, Scores};
pub use plan::{NoSuchShard, Plan, Shard, Unit, outcomes};
pub use power::{
    AboveChance, BreakDecision, BreakDecisions, ClosedForm, Correction, CriticalError,
    CriticalValue, Discordant, DiscordantError, MOST_EXACT_ITEMS, MeanError, MeanOf, MeanTest,
    NoItems, NumberKind, PowerAim, PowerFormula, ReplicateStatistics, RequiredMethod,
    RequiredNumber, SolveError, SoughtError, SoughtNumber, Successes, SuccessesError, TriedNumber,
    TwoRates, items_above_chance, items_for_two_rates, normal_items_above_chance,
    normal_power_above_chance, solve_for_power,
};
pub use power::{
    BreakFreedom, BreakPlace, Critical, DesignNumber, DesignNumberError, FalseAlarms, ListError,
    NoNumber, NoPower, OneOrMore, OverTasks, PlannedPower, PowerAtValue, PowerFinding, PowerPlan,
    PowerPlanError, PowerRow, PowerSettings, PowerTest, ReportedDifference, ReportedDifferences,
    SmoothLaw, SolvedPower, Tasks, TestPower, Verdicts, nearest_smooth, planned_powers, power,
    power_curve, powers_of, reported_differences, required,
};
pub use practice::{Practice, PracticeEstimate, PracticeQuantity, PracticeRow, practice};
pub use repeated::{PassAt, Repeated, ToldLaw};
pub use replay::{
    AttemptPlace, Counted, NoSuchAttempt, Replay, Scored, StepChance, Trace, replay, traces,
};
pub use rise::NoSlope;
pub use run_groups::{GroupTest, RunGroups};
pub use sample_size::{
    Aim, Scatter, design_effect, items_for_difference, items_for_rates, least_rate_above,
    power_for_difference, power_for_rates, smallest_difference,
};
pub use ship::{Ship, ShipSetting};
pub use slice::{measured_scales, scale_of_widest_spread};
pub use surprise::z_score;
pub use sweep::{Point, PointFinding, SweepFinding};
pub use training_runs::{TrainingRuns, UsefulRuns, VarianceParts};
pub use useful::{Gain, Useful, UsefulFrom};
pub use verify::{
    Check, FALSE_ALARM, Quantity, Unverified, Verification, World, Worst, compare, verify, worlds,
};
