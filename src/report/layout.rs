//! Where labels in a column go and where lines of text are broken: whole numbers of canvas units, and no drawing.

use super::faces::known;
use super::scene::Font;

/// Centres of labels of these heights, as near to where they belong as they can be without overlap, in the same order
/// from top to bottom, none reaching above the first of `ends` and, while there is room, none below the second.
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
        (sum / members.len() as i32).min(ends.1 - above).max(ends.0)
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

/// Lines of words no wider than `room`, broken between words, after hyphens and the like, or, where nothing else is left,
/// between letters; letters that no face has are replaced. No line if there is no word.
pub(super) fn wrap(text: &str, font: Font, room: i32) -> Vec<String> {
    let text = known(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let mut before = " ";
        for part in word.split_inclusive(['-', '_', '+', '/']) {
            for piece in pieces(part, font, room) {
                let longer = |line: &String| format!("{line}{before}{piece}");
                match lines
                    .last_mut()
                    .filter(|line| font.width(&longer(line)) <= room)
                {
                    Some(line) => *line = longer(line),
                    None => lines.push(piece),
                }
                before = "";
            }
        }
    }
    lines
}

/// A word in pieces no wider than `room`, of one letter at least.
fn pieces(word: &str, font: Font, room: i32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        match pieces.last_mut() {
            Some(piece) if piece.is_empty() || font.width(&format!("{piece}{letter}")) <= room => {
                piece.push(letter);
            }
            _ => pieces.push(letter.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::super::faces::Face;
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
        assert_eq!(push_apart(&[3, 3], &[10, 10], (25, 300)), [30, 40]);
        // Twelve curves that all end at the axis: their labels pile up above it.
        let centres = push_apart(&[200; 12], &[10; 12], (0, 205));
        assert_eq!((centres[0], centres[11]), (90, 200));
        assert!(centres.windows(2).all(|pair| pair[1] - pair[0] == 10));
        // One that was there before moves up with them.
        assert_eq!(
            push_apart(&[185, 200, 200], &[10; 3], (0, 205)),
            [180, 190, 200]
        );
        // Tall ones keep within the ends as well as low ones do.
        assert_eq!(push_apart(&[0, 100], &[40, 40], (0, 100)), [20, 80]);
    }

    #[test]
    fn long_texts_are_broken_between_words_and_lose_no_letter() {
        let font = Font {
            face: Face::Bold,
            size: 100.0,
        };
        let wrap = |text: &str| wrap(text, font, 900);
        assert_eq!(wrap("Uneven steps"), ["Uneven steps"]);
        assert_eq!(
            wrap(" A label\nof some length"),
            ["A label of some", "length"]
        );
        assert_eq!(
            wrap("power-law-translation-2"),
            ["power-law-", "translation-2"]
        );
        let long = "x".repeat(40);
        let lines = wrap(&long);
        assert!(lines.len() > 1 && lines.concat() == long, "{lines:?}");
        assert!(lines.iter().all(|line| font.width(line) <= 900));
        assert_eq!(wrap("\u{7} 能").join("|"), "? ?");
        assert!(wrap("  ").is_empty());
    }
}
