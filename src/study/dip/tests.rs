use super::null::Counts;
use super::*;

fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() < 1e-12,
        "{found} is not {expected}"
    );
}

#[test]
fn scores_that_have_no_shape_are_refused() {
    let refused = |items, right: &[u64]| RunScores::new(items, right.to_vec()).unwrap_err();
    assert_eq!(refused(9, &[1, 2, 3]), RunScoresError::FewRuns(3));
    assert_eq!(refused(0, &[0; 9]), RunScoresError::Items(0));
    let more = refused(9, &[1, 10, 3, 4]);
    assert_eq!(
        more.to_string(),
        "10 right items of 9: give at most as many as there are"
    );
    assert_eq!(
        refused(65_537, &[1; 9]).to_string(),
        "65537 items: give from 1 to 65536 (evaluation.items)"
    );
}

#[test]
fn two_groups_by_hand() {
    let scores = RunScores::new(20, vec![18, 2, 16, 1, 3, 2]).unwrap();
    let groups = scores.groups();
    close(groups.low, 0.1);
    close(groups.high, 0.85);
    close(groups.share_high, 1.0 / 3.0);
    let alike = RunScores::new(20, vec![7; 5]).unwrap().groups();
    assert_eq!((alike.low, alike.high), (0.35, 0.35));
}

/// A uniform success probability makes all counts as likely as each other, and is Beta(1, 1).
#[test]
fn laws_of_counts() {
    for counts in [Counts::uniform(7, 0.0, 1.0), Counts::beta(7, 1.0, 1.0)] {
        for (cumulative, eighths) in counts.cumulative().iter().zip(1_u32..) {
            close(*cumulative, f64::from(eighths) / 8.0);
        }
    }
    // Of three items with p uniform between .2 and .6: (.6^4 - .2^4)/4/.4 = .08 all right; of none, (.8^4 - .4^4)/4/.4.
    let some = Counts::uniform(3, 0.2, 0.6);
    close(1.0 - some.cumulative()[2], 0.08);
    close(some.cumulative()[0], 0.24);
    let groups = TwoGroups {
        low: 0.5,
        high: 1.0,
        share_high: 0.3,
    };
    let two = Counts::of_two_groups(&groups, 2);
    close(two.cumulative()[0], 0.175);
    close(two.cumulative()[1], 0.525);
}

/// The mean and the variance of scores are those of the laws that they are held against.
#[test]
fn one_group_has_the_moments_of_the_runs() {
    let right = vec![12, 30, 25, 8, 17, 22, 40, 19, 21, 5];
    let scores = RunScores::new(50, right).unwrap();
    let (mean, variance) = scores.moments();
    for (law, counts) in null::of_one_group(&scores) {
        let cumulative = counts.cumulative();
        let before = std::iter::once(&0.0).chain(cumulative);
        let pmf = cumulative
            .iter()
            .zip(before)
            .map(|(here, before)| here - before);
        let pmf: Vec<f64> = pmf.collect();
        let moment = |f: &dyn Fn(f64) -> f64| {
            let terms = pmf.iter().enumerate();
            terms.map(|(x, p)| p * f(x as f64 / 50.0)).sum::<f64>()
        };
        let found = moment(&|x| x);
        assert!(
            (found - mean).abs() < 1e-9,
            "{law:?}: {found} is not {mean}"
        );
        let found = moment(&|x| (x - mean) * (x - mean));
        assert!(
            (found - variance).abs() < 1e-9,
            "{law:?}: {found} is not {variance}"
        );
    }
}

#[test]
fn runs_without_scatter_are_one_group() {
    let scores = RunScores::new(50, vec![0; 40]).unwrap();
    let replicates = Replicates {
        seed: Seed::constant(3),
        numbers: 0..200,
    };
    let found = DipTest::new(&scores, &replicates, Level::constant(0.95));
    assert_eq!((found.dip, found.p_value, found.tells()), (0.0, 1.0, false));
    assert_eq!(found.one_group, OneGroup::Same);
    let few = RunScores::new(50, vec![3, 4, 9, 12]).unwrap();
    let found = DipTest::new(&few, &replicates, Level::constant(0.95));
    let words = found.to_string();
    assert!(
        words.contains("4 runs are too few to say that there is one group"),
        "{words}"
    );
}
