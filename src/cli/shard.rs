//! Which part of a sweep a process does.

use mirage::study::Shard;

use super::Stop;

/// Reads `INDEX/COUNT`, or what a scheduler says of itself.
pub(super) fn shard(word: &str) -> Result<Shard, Stop> {
    let refused = |problem: String| Stop::Refused(format!("--shard {word}: {problem}"));
    let (index, count) = match word {
        "auto" => scheduled().map_err(refused)?,
        word => {
            let numbers = word.split_once('/').and_then(|(index, count)| {
                Some((index.trim().parse().ok()?, count.trim().parse().ok()?))
            });
            numbers.ok_or_else(|| {
                refused("expected INDEX/COUNT such as 0/8 (the first of eight), or auto".to_owned())
            })?
        }
    };
    Shard::new(index, count).map_err(|error| refused(error.to_string()))
}

/// What Slurm says to the tasks of an array, or Kubernetes to the pods of an indexed job.
fn scheduled() -> Result<(u64, u64), String> {
    let number = |name: &str| {
        let word = std::env::var(name).ok()?;
        Some(
            word.trim()
                .parse::<u64>()
                .map_err(|_| format!("{name} is {word:?}, no whole number")),
        )
    };
    if let Some(task) = number("SLURM_ARRAY_TASK_ID") {
        let count = number("SLURM_ARRAY_TASK_COUNT")
            .ok_or("SLURM_ARRAY_TASK_ID is set, but SLURM_ARRAY_TASK_COUNT is not")??;
        let first = number("SLURM_ARRAY_TASK_MIN").unwrap_or(Ok(0))?;
        let step = number("SLURM_ARRAY_TASK_STEP").unwrap_or(Ok(1))?.max(1);
        let index = task?.checked_sub(first).filter(|index| index % step == 0);
        let index = index.ok_or("SLURM_ARRAY_TASK_ID is not among the tasks of the array")?;
        return Ok((index / step, count));
    }
    match (number("JOB_COMPLETION_INDEX"), number("JOB_COMPLETIONS")) {
        (Some(index), Some(count)) => Ok((index?, count?)),
        (Some(_), None) => Err(
            "JOB_COMPLETION_INDEX is set, but not how many there are: set JOB_COMPLETIONS to the \
             job's completions, or give INDEX/COUNT"
                .to_owned(),
        ),
        (None, _) => Err(
            "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set: this is no array job; \
             give INDEX/COUNT, such as 0/8"
                .to_owned(),
        ),
    }
}
