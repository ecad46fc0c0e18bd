//! Where labels go and where axes are marked: whole numbers of canvas units, and no drawing.

use super::figure::{Axis, AxisKind};

/// Letters in a line of a label.
const LABEL_LETTERS: usize = 16;

/// Where an axis has a mark with a number, and the number.
pub(super) fn ticks(axis: &Axis) -> Vec<(f64, String)> {
    match axis.kind {
        AxisKind::Credit => (0..=4)
            .map(|i| f64::from(i) / 4.0)
            .map(|value| (value, format!("{value:.2}")))
            .collect(),
        AxisKind::Decades => {
            let (from, to) = (axis.from.ceil() as i32, axis.to.floor() as i32);
            // At most seven numbers fit below a panel.
            let step = ((to - from) / 7 + 1) as usize;
            (from..=to)
                .step_by(step)
                .map(|decade| (f64::from(decade), power_of_ten(decade)))
                .collect()
        }
    }
}

/// Ten to the power of a decade: 10⁷.
fn power_of_ten(decade: i32) -> String {
    let digit = |c: char| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => c
            .to_digit(10)
            .and_then(|digit| char::from_u32(0x2070 + digit))
            .unwrap_or(c),
    };
    format!(
        "10{}",
        decade.to_string().chars().map(digit).collect::<String>()
    )
}

/// Where an axis has a mark without a number: at 2 to 9 times each power of ten, on axes short enough to tell them apart.
pub(super) fn small_ticks(axis: &Axis) -> Vec<f64> {
    match axis.kind {
        AxisKind::Decades if axis.to - axis.from <= 8.0 => {
            let decades = axis.from.floor() as i32..axis.to.ceil() as i32;
            let within = decades.flat_map(|decade| {
                (2..10).map(move |digit| f64::from(decade) + libm::log10(f64::from(digit)))
            });
            within
                .filter(|value| (axis.from..=axis.to).contains(value))
                .collect()
        }
        AxisKind::Decades => (axis.from.ceil() as i32..=axis.to.floor() as i32)
            .map(f64::from)
            .collect(),
        AxisKind::Credit => Vec::new(),
    }
}

/// Centres of labels of these heights, as near to where they belong as they can be without overlap, in the same order
/// from top to bottom, none above the first of `ends` and, while there is room, none below the second.
pub(super) fn push_apart(wanted: &[i32], heights: &[i32], ends: (i32, i32)) -> Vec<i32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|&i| wanted[i]);
    // Groups of labels that touch: their members and the top edge of the group.
    let mut groups: Vec<(Vec<usize>, i32)> = Vec::new();
    let height = |members: &[usize]| members.iter().map(|&i| heights[i]).sum::<i32>();
    let settle = |members: &[usize]| {
        // The mean distance of members from where they belong is zero.
        let mut above = 0;
        let mut sum = 0;
        for &i in members {
            sum += wanted[i] - (above + heights[i] / 2);
            above += heights[i];
        }
        let last = heights[members[members.len() - 1]];
        let (highest, lowest) = (ends.0 - heights[members[0]] / 2, ends.1 - above + last / 2);
        (sum / members.len() as i32).min(lowest).max(highest)
    };
    for i in order {
        groups.push((vec![i], settle(&[i])));
        while let [.., above, below] = &groups[..] {
            if above.1 + height(&above.0) <= below.1 {
                break;
            }
            let members: Vec<usize> = above.0.iter().chain(&below.0).copied().collect();
            groups.truncate(groups.len() - 2);
            let edge = settle(&members);
            groups.push((members, edge));
        }
    }
    let mut centres = vec![0; wanted.len()];
    for (members, mut edge) in groups {
        for i in members {
            centres[i] = edge + heights[i] / 2;
            edge += heights[i];
        }
    }
    centres
}

/// Lines of at most [`LABEL_LETTERS`] letters, broken between words, after hyphens, or where nothing else is left.
pub(super) fn wrap(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        let mut before = " ";
        for part in word.split_inclusive(['-', '_', '+']) {
            let letters: Vec<char> = part.chars().collect();
            for piece in letters.chunks(LABEL_LETTERS) {
                let piece: String = piece.iter().collect();
                let room = |line: &&mut String| {
                    line.chars().count() + before.len() + piece.chars().count() <= LABEL_LETTERS
                };
                match lines.last_mut().filter(room) {
                    Some(line) => *line += &format!("{before}{piece}"),
                    None => lines.push(piece),
                }
                before = "";
            }
        }
    }
    // The end of a label this long tells nothing a reader would look for there.
    lines.truncate(4);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_their_order_and_never_overlap() {
        let heights = [10, 10, 20, 10];
        let centres = push_apart(&[50, 50, 55, 200], &heights, (0, 300));
        assert_eq!(centres[3], 200);
        let edges = |i: usize| (centres[i] - heights[i] / 2, centres[i] + heights[i] / 2);
        assert!(
            edges(0).1 <= edges(1).0 && edges(1).1 <= edges(2).0,
            "{centres:?}"
        );
        assert_eq!(push_apart(&[3, 3], &[10, 10], (30, 300)), [30, 40]);
        // Twelve curves that all end at the axis: their labels pile up above it.
        let centres = push_apart(&[200; 12], &[10; 12], (0, 200));
        assert_eq!((centres[0], centres[11]), (90, 200));
        assert!(centres.windows(2).all(|pair| pair[1] - pair[0] == 10));
        // One that was there before moves up with them.
        assert_eq!(
            push_apart(&[185, 200, 200], &[10; 3], (0, 200)),
            [180, 190, 200]
        );
    }

    #[test]
    fn decades_are_written_as_powers() {
        assert_eq!([12, -3, 0].map(power_of_ten), ["10¹²", "10⁻³", "10⁰"]);
    }

    #[test]
    fn long_labels_are_broken_between_words() {
        assert_eq!(wrap("Uneven steps"), ["Uneven steps"]);
        assert_eq!(
            wrap("A label of some length"),
            ["A label of some", "length"]
        );
        assert_eq!(
            wrap("power-law-translation-2"),
            ["power-law-", "translation-2"]
        );
        assert_eq!(
            wrap(&"x".repeat(40)),
            ["x".repeat(16), "x".repeat(16), "x".repeat(8)]
        );
    }
}
