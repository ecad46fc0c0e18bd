//! Advice on a planned design as one JSON object.

use serde_json::{Map, Value, json};

use super::advice_assumed::{assumptions, undrawn, untold, would_change};
use super::advice_words::{
    attempts, departures, items, primary, runs_wanted, scales, secondary, training_runs,
};
use crate::domain::Schema;
use crate::study::{
    Advice, AtScale, Course, Information, MetricAdvice, Null, Rate, Reference, RunLaw, RunsAdvice,
    SEED_RATES, Why, seeds_for_one,
};

/// The object: design, every metric with its numbers by scale, training runs, recommendation, and the sentences of the
/// page. Places are log10 N; what is not known is null, and so is what is infinite.
///
/// # Errors
/// None are known; serde's own if there is one.
pub fn advice_json(advice: &Advice) -> Result<String, serde_json::Error> {
    let metrics: Vec<Value> = advice.metrics.iter().map(metric).collect();
    let chosen = &advice.recommendation;
    let object = json!({
        "schema": Schema::CURRENT,
        "name": advice.name,
        "scenario": serde_json::to_value(&advice.scenario)?,
        "level": advice.aim.level.get(),
        "power": advice.aim.power.get(),
        "reference": match advice.reference {
            Reference::EveryStep => "every-step",
            Reference::RightSteps => "right-steps",
        },
        "growth": match advice.course {
            Course::Smooth => "smooth",
            Course::Broken => "break",
            Course::Tabulated => "as tabulated",
        },
        "success_metric": advice.success.to_string(),
        "metric": metrics,
        "training_runs": runs(&advice.training_runs),
        "recommendation": {
            "primary": chosen.primary.to_string(),
            "why": match chosen.why {
                Why::OneStep => "one-step",
                Why::SuccessSuffices => "success-suffices",
                Why::TellsMore => "tells-more",
                Why::NoneTellsMore => "none-tells-more",
                Why::NotComputed => "not-computed",
            },
            "secondary": chosen.secondary.map(|one| one.to_string()),
            "items": chosen.items,
            "scales_inside_rise": chosen.scales_inside,
            "x10": chosen.rise.map(|rise| rise.0),
            "x90": chosen.rise.map(|rise| rise.1),
            "training_runs": chosen.training_runs,
        },
        "told": {
            "primary": primary(advice),
            "secondary": secondary(advice),
            "items": items(advice),
            "scales": scales(advice),
            "training_runs": training_runs(advice),
            "runs_wanted": runs_wanted(advice),
            "attempts": attempts(advice),
            "power_law": departures(advice),
            "not_computed": untold(advice),
            "not_drawn": undrawn(advice),
            "assumptions": assumptions(advice),
            "would_change": would_change(advice),
        },
    });
    Ok(serde_json::to_string_pretty(&object)? + "\n")
}

fn metric(one: &MetricAdvice) -> Value {
    let rise = one.rise.as_ref().ok();
    let ends = one.extremes();
    let at_end = |at: Option<&AtScale>| {
        let at = at?;
        let told = at.information.ok()?;
        Some(json!({
            "scale": at.scale.get(),
            "efficiency": told.efficiency(),
            "times_as_many_items": told.times_as_many_items(),
        }))
    };
    let at_scales: Vec<Value> = one.at_scales.iter().map(at_scale).collect();
    json!({
        "metric": one.metric.to_string(),
        "planned": one.is_planned,
        "first_visible": rise.and_then(|rise| rise.first_visible),
        "hidden_scales": rise.map(|rise| rise.hidden_scales),
        "scales_inside_rise": rise.map(|rise| rise.scales_inside_rise),
        "x10": rise.and_then(|rise| rise.x10),
        "x50": rise.and_then(|rise| rise.x50),
        "x90": rise.and_then(|rise| rise.x90),
        "efficiency_least": at_end(ends.map(|ends| ends.0)),
        "efficiency_most": at_end(ends.map(|ends| ends.1)),
        "at_exact_match_one_in_e": one.at_one_in_e.map(|(x, told)| {
            let mut object = information(&told);
            object.insert("at".to_owned(), json!(x));
            object
        }),
        "all_scales": one.place.map(|place| json!({
            "efficiency": place.efficiency,
            "times_as_many_items": place.times_as_many_items(),
            "place_half_width": place.half_width,
            "items_for_a_tenth_of_a_decade": place.items_for_a_tenth,
        })),
        "items_for_neighbours": one.items_for_neighbours,
        "power_law": one.departure.map(|departure| json!({
            "noncentrality": departure.noncentrality,
            "rejected": departure.rejected,
        })),
        "emergence_score": one.scores.map(|scores| scores.emergence),
        "linearity": one.scores.map(|scores| scores.linearity),
        "smooth_growth": one.nulls.as_ref().map(|nulls| hypothesis(&nulls.smooth)),
        "no_growth": one.nulls.as_ref().map(|nulls| hypothesis(&nulls.no_growth)),
        "reason": one.why_untold().map(|reason| reason.why()),
        "at_scales": at_scales,
    })
}

fn information(told: &Information) -> Map<String, Value> {
    let pairs = [
        ("efficiency", json!(told.efficiency())),
        ("times_as_many_items", json!(told.times_as_many_items())),
        ("efficiency_of_mean", json!(told.efficiency_of_mean())),
        ("information", json!(told.get())),
        ("information_of_steps", json!(told.of_steps)),
        ("by_mean_only", json!(told.of_score.is_none())),
    ];
    let pairs = pairs.into_iter();
    pairs.map(|(key, value)| (key.to_owned(), value)).collect()
}

fn at_scale(at: &AtScale) -> Value {
    let effects = at.effects;
    let mut object = Map::new();
    let mut add = |key: &str, value: Value| object.insert(key.to_owned(), value);
    add("scale", json!(at.scale.get()));
    add("step_success", json!(at.step_success));
    add("expected", json!(at.expected));
    match &at.information {
        Ok(told) => information(told).into_iter().for_each(|(key, value)| {
            add(&key, value);
        }),
        Err(reason) => {
            add("efficiency", Value::Null);
            add("reason", json!(reason.why()));
        }
    }
    add("items_for_a_success", json!(at.items_for_a_success));
    add("chance_of_a_success", json!(at.chance_of_a_success));
    add(
        "smallest_difference",
        json!(effects.map(|effects| json!({
            "own_items": effects.own_items,
            "same_items": effects.same_items,
            "four_times_attempts": effects.more_attempts,
            "four_times_items": effects.more_items,
            "variance": effects.variance,
            "between_items": effects.between_items,
        }))),
    );
    Value::Object(object)
}

fn rate(rate: &Rate) -> Value {
    json!({
        "estimate": rate.value,
        "ci_low": rate.interval.low,
        "ci_high": rate.interval.high,
        "ci_method": rate.interval.method_name(),
        "level": rate.interval.level.get(),
        "replicates": rate.replicates,
    })
}

fn hypothesis(of: &Null) -> Value {
    let [median, ninety, ninety_five, ninety_nine] = of.quantiles;
    json!({
        "emergence_as_much": rate(&of.emergence),
        "linearity_as_much": rate(&of.linearity),
        "emergence_median": median,
        "emergence_90": ninety,
        "emergence_95": ninety_five,
        "emergence_95_ci_low": of.one_in_twenty.0,
        "emergence_95_ci_high": of.one_in_twenty.1,
        "emergence_99": ninety_nine,
        "infinite": of.infinite,
    })
}

fn runs(advice: &RunsAdvice) -> Value {
    let at_scales = advice.at_scales.iter().map(|at| {
        json!({
            "scale": at.scale.get(),
            "share": at.share,
            "for_one": at.for_one,
            "chance_of_one": at.chance_of_one,
            "chance_of_both": at.chance_of_both,
            "standard_error": at.errors.map(|errors| errors.planned),
            "standard_error_four_times_items": at.errors.map(|errors| errors.more_items),
            "standard_error_four_times_runs": at.errors.map(|errors| errors.more_runs),
        })
    });
    let needed = SEED_RATES.map(|share| json!({ "share": share, "for_one": seeds_for_one(share) }));
    json!({
        "planned": advice.planned,
        "between_seeds": match advice.law {
            RunLaw::Alike => "none",
            RunLaw::Normal { .. } => "normal",
            RunLaw::Bimodal => "bimodal",
        },
        "enough": advice.enough,
        "needed": needed,
        "at_scales": at_scales.collect::<Vec<_>>(),
    })
}
