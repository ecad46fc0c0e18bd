//! What a sweep will take, in words.

/// The numbers of a sweep that has not been made yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RehearsalWords {
    /// Points.
    pub points: u64,
    /// Points times their scales.
    pub scales: u64,
    /// Attempts; what points have in common once.
    pub attempts: u64,
    /// Step outcomes of those attempts.
    pub outcomes: u64,
    /// Points that were tried.
    pub tried: usize,
    /// Threads that share the work.
    pub threads: usize,
    /// Seconds to attempt.
    pub attempting: f64,
    /// Seconds to score and write.
    pub scoring: f64,
    /// Bytes of the log.
    pub log_bytes: f64,
    /// Bytes of the tables.
    pub table_bytes: f64,
}

/// A line for each number.
#[must_use]
pub fn rehearsal(words: &RehearsalWords) -> String {
    let RehearsalWords {
        points,
        scales,
        attempts,
        outcomes,
        tried,
        threads,
        ..
    } = words;
    let (time, log, tables) = (
        duration(words.attempting + words.scoring),
        bytes(words.log_bytes),
        bytes(words.table_bytes),
    );
    let (attempting, scoring) = (duration(words.attempting), duration(words.scoring));
    let threads = match threads {
        1 => "1 thread".to_owned(),
        threads => format!("{threads} threads"),
    };
    format!(
        "points     {points}\nscales     {scales} over all points\nattempts   {attempts}\n\
         outcomes   {outcomes} of steps\ntime       {time} on {threads}: attempts {attempting}, scores and tables {scoring}\n\
         log        {log}\ntables     {tables}\n\
         time and bytes are predicted from {tried} points, tried in part; nothing was written\n"
    )
}

fn duration(seconds: f64) -> String {
    match seconds {
        seconds if seconds < 0.95 => format!("{seconds:.2} s"),
        seconds if seconds < 90.0 => format!("{seconds:.0} s"),
        seconds if seconds < 5400.0 => format!("{:.0} min", seconds / 60.0),
        seconds => format!("{:.1} h", seconds / 3600.0),
    }
}

fn bytes(bytes: f64) -> String {
    match bytes {
        bytes if bytes < 1e3 => format!("{bytes:.0} B"),
        bytes if bytes < 1e6 => format!("{:.1} kB", bytes / 1e3),
        bytes if bytes < 1e9 => format!("{:.1} MB", bytes / 1e6),
        bytes => format!("{:.1} GB", bytes / 1e9),
    }
}
