//! Progress on standard error.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mirage::engine::Event;

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

/// Where long work stands, on standard error, once it has taken a second.
pub(super) struct Progress {
    style: ProgressStyle,
    began: Instant,
    shown: Mutex<Shown>,
}

struct Shown {
    next: Instant,
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

    /// Says what is being done now, where that cannot be counted; on a terminal at once, else once a second has passed.
    pub(super) fn stage(&self, what: &str) {
        let Ok(mut shown) = self.shown.lock() else {
            return;
        };
        match self.style {
            ProgressStyle::Auto => {
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
            ProgressStyle::Plain | ProgressStyle::Json | ProgressStyle::None => {}
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
