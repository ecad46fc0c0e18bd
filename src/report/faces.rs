//! The embedded faces, Inter 4.1, SIL Open Font License 1.1 (`fonts/OFL.txt`): no text is set in any other. The only file
//! that names ttf-parser.

use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::Database;
use ttf_parser::Face as Glyphs;

pub(super) const FAMILY: &str = "Inter";

/// One of the three faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
    Italic,
}

impl Face {
    pub(super) const ALL: [Self; 3] = [Self::Regular, Self::Bold, Self::Italic];

    pub(super) const fn bytes(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("fonts/Inter-Regular.sub.ttf"),
            Self::Bold => include_bytes!("fonts/Inter-Bold.sub.ttf"),
            Self::Italic => include_bytes!("fonts/Inter-Italic.sub.ttf"),
        }
    }

    fn glyphs(self) -> Option<&'static Glyphs<'static>> {
        static GLYPHS: [OnceLock<Option<Glyphs<'static>>>; 3] = [const { OnceLock::new() }; 3];
        let place = match self {
            Self::Regular => 0,
            Self::Bold => 1,
            Self::Italic => 2,
        };
        GLYPHS[place]
            .get_or_init(|| Glyphs::parse(self.bytes(), 0).ok())
            .as_ref()
    }

    /// Whether a letter can be seen.
    pub(super) fn has(self, letter: char) -> bool {
        !letter.is_control()
            && self
                .glyphs()
                .is_some_and(|glyphs| glyphs.glyph_index(letter).is_some())
    }
}

/// How far a text reaches from the start of its baseline, in sizes of the type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    pub(super) width: f64,
    pub(super) above: f64,
    pub(super) below: f64,
}

/// Lines of text are at least as tall as their tall letters and the tails of others, whatever letters they have.
const LEAST: Extent = Extent {
    width: 0.0,
    above: 0.76,
    below: 0.21,
};

/// How far a text reaches. Pairs of letters that stand closer or wider than their widths say are not looked up: they
/// change a line by less than a letter.
pub(super) fn extent(text: &str, face: Face) -> Extent {
    let Some(glyphs) = face.glyphs() else {
        return LEAST;
    };
    let size = f64::from(glyphs.units_per_em());
    let mut extent = LEAST;
    for letter in text.chars() {
        let letter = if face.has(letter) { letter } else { '?' };
        let Some(glyph) = glyphs.glyph_index(letter) else {
            continue;
        };
        extent.width += f64::from(glyphs.glyph_hor_advance(glyph).unwrap_or(0)) / size;
        if let Some(shape) = glyphs.glyph_bounding_box(glyph) {
            extent.above = extent.above.max(f64::from(shape.y_max) / size);
            extent.below = extent.below.max(-f64::from(shape.y_min) / size);
        }
    }
    extent
}

/// The three faces and no system fonts.
pub(super) fn database() -> Arc<Database> {
    static DATABASE: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        Face::ALL
            .iter()
            .for_each(|face| database.load_font_data(face.bytes().to_vec()));
        Arc::new(database)
    };
    Arc::clone(DATABASE.get_or_init(load))
}

/// A text with letters that the embedded faces lack, which would vanish without a word, replaced by question marks.
pub(super) fn known(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if Face::Regular.has(letter) {
                letter
            } else {
                '?'
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A face that cannot be read is dropped without a word.
    #[test]
    fn all_three_faces_are_there() {
        let database = database();
        assert_eq!(database.len(), 3);
        assert!(database.faces().all(|face| face.families[0].0 == FAMILY));
        assert!(Face::ALL.iter().all(|face| face.has('é')));
    }

    #[test]
    fn letters_without_a_glyph_are_not_lost_in_silence() {
        assert_eq!(known("skill 能力 é"), "skill ?? é");
        assert_eq!(extent("能", Face::Bold), extent("?", Face::Bold));
    }
}
