//! Progress on standard error.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mirage::engine::Event;
use mirage::files::SweepEvent;

use super::{ProgressStyle, say};

/// Set by Ctrl-C; a second one ends the program at once.
pub(super) fn interruptible() -> Arc<AtomicBool> {
    let cancel = Arc::new(AtomicBool::new(false));
    let on_signal = Arc::clone(&cancel);
    // Without a handler Ctrl-C still ends the program, only less politely.
    let _ = ctrlc::set_handler(move || {
        if on_signal.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    cancel
}

/// "point 812: 811 of 10000 points, 4.1e9 outcomes a second, 73 s left".
fn sweep_words(event: SweepEvent, seconds: f64, scored_per_second: f64) -> String {
    match event {
        SweepEvent::Attempted {
            point,
            points_done,
            points,
            done,
            total,
        } => {
            let per_second = done as f64 / seconds;
            let left = total.saturating_sub(done) as f64 / per_second;
            format!(
                "point {point}: {points_done} of {points} points attempted, {per_second:.2e} outcomes a second, {left:.0} s left"
            )
        }
        SweepEvent::Scored {
            points_done,
            points,
        } => {
            let left = (points - points_done) as f64 / scored_per_second;
            let left = match left.is_finite() {
                true => format!(", {left:.0} s left"),
                false => String::new(),
            };
            format!("{points_done} of {points} points scored{left}")
        }
    }
}

fn sweep_json(event: SweepEvent, seconds: f64) -> String {
    let event = match event {
        SweepEvent::Attempted {
            point,
            points_done,
            points,
            done,
            total,
        } => serde_json::json!({
            "event": "attempted", "point": point, "points_done": points_done, "points": points,
            "done": done, "total": total, "seconds": seconds,
        }),
        SweepEvent::Scored {
            points_done,
            points,
        } => serde_json::json!({
            "event": "scored", "points_done": points_done, "points": points, "seconds": seconds,
        }),
    };
    event.to_string()
}

/// Where long work stands, on standard error, once it has taken a second.
pub(super) struct Progress {
    style: ProgressStyle,
    began: Instant,
    shown: Mutex<Shown>,
}

struct Shown {
    next: Instant,
    /// When the first points of a sweep had been scored, and how many.
    scoring: Option<(Instant, u64)>,
    bar: Option<indicatif::ProgressBar>,
}

impl Progress {
    const FIRST: Duration = Duration::from_secs(1);
    const EVERY: Duration = Duration::from_secs(5);

    pub(super) fn new(style: ProgressStyle) -> Self {
        let began = Instant::now();
        Self {
            style,
            began,
            shown: Mutex::new(Shown {
                next: began + Self::FIRST,
                scoring: None,
                bar: None,
            }),
        }
    }

    pub(super) fn show(&self, Event::Progress { done, total }: Event) {
        if self.style == ProgressStyle::None {
            return;
        }
        // Another thread is showing it: no need to wait.
        let Ok(mut shown) = self.shown.try_lock() else {
            return;
        };
        let now = Instant::now();
        if now < shown.next {
            return;
        }
        let seconds = (now - self.began).as_secs_f64();
        let per_second = done as f64 / seconds;
        match self.style {
            ProgressStyle::Auto => {
                let bar = shown
                    .bar
                    .get_or_insert_with(|| indicatif::ProgressBar::new(total));
                bar.set_position(done);
                shown.next = now + Duration::from_millis(100);
            }
            ProgressStyle::Plain => {
                let left = total.saturating_sub(done) as f64 / per_second;
                say(&format!(
                    "{:.0}% of {total} outcomes, {per_second:.2e} a second, {left:.0} s left",
                    100.0 * done as f64 / total as f64
                ));
                shown.next = now + Self::EVERY;
            }
            ProgressStyle::Json => {
                say(&format!(
                    "{{\"event\":\"progress\",\"done\":{done},\"total\":{total},\"seconds\":{seconds:.1}}}"
                ));
                shown.next = now + Self::EVERY;
            }
            ProgressStyle::None => {}
        }
    }

    /// Where a sweep stands: on a terminal a bar; elsewhere, unless nothing is wanted, a line every few seconds.
    pub(super) fn sweep(&self, event: SweepEvent) {
        if self.style == ProgressStyle::None {
            return;
        }
        // Another thread is showing it: no need to wait.
        let Ok(mut shown) = self.shown.try_lock() else {
            return;
        };
        let now = Instant::now();
        let scored = match event {
            SweepEvent::Attempted { .. } => 0,
            SweepEvent::Scored { points_done, .. } => points_done,
        };
        let (since, before) = *shown.scoring.get_or_insert((now, scored));
        if scored == 0 {
            shown.scoring = None;
        }
        if now < shown.next {
            return;
        }
        let bars = self.style == ProgressStyle::Auto && std::io::stderr().is_terminal();
        shown.next = now
            + if bars {
                Duration::from_millis(100)
            } else {
                Self::EVERY
            };
        let seconds = (now - self.began).as_secs_f64();
        let scoring = (now - since).as_secs_f64();
        let words = sweep_words(event, seconds, (scored - before) as f64 / scoring);
        match (self.style, event) {
            (ProgressStyle::Json, event) => say(&sweep_json(event, seconds)),
            (_, event) if bars => {
                let (position, length) = match event {
                    SweepEvent::Attempted { done, total, .. } => (done, total),
                    SweepEvent::Scored {
                        points_done,
                        points,
                    } => (points_done, points),
                };
                let bar = shown.bar.get_or_insert_with(|| {
                    let bar = indicatif::ProgressBar::new(length);
                    let style = indicatif::ProgressStyle::with_template("{wide_bar} {msg}");
                    match style {
                        Ok(style) => bar.with_style(style),
                        Err(_) => bar,
                    }
                });
                bar.set_length(length);
                bar.set_position(position);
                bar.set_message(words);
            }
            _ => say(&words),
        }
    }

    /// Says what is being done now, where that cannot be counted; on a terminal at once, else once a second has passed.
    pub(super) fn stage(&self, what: &str) {
        let Ok(mut shown) = self.shown.lock() else {
            return;
        };
        match self.style {
            // What turns it is a thread: none where nobody can see it.
            ProgressStyle::Auto if std::io::stderr().is_terminal() => {
                let spinner = indicatif::ProgressBar::new_spinner().with_message(what.to_owned());
                spinner.enable_steady_tick(Duration::from_millis(100));
                if let Some(before) = shown.bar.replace(spinner) {
                    before.finish_and_clear();
                }
            }
            ProgressStyle::Plain if self.began.elapsed() >= Self::FIRST => say(what),
            ProgressStyle::Json if self.began.elapsed() >= Self::FIRST => {
                let event = serde_json::json!({"event": "stage", "what": what});
                say(&event.to_string());
            }
            _ => {}
        }
    }

    pub(super) fn finish(&self) {
        if let Ok(mut shown) = self.shown.lock()
            && let Some(bar) = shown.bar.take()
        {
            bar.finish_and_clear();
        }
    }
}
