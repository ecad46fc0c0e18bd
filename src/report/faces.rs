//! The embedded faces, Inter 4.1, SIL Open Font License 1.1 (`fonts/OFL.txt`): no text is set in any other.

use std::sync::{Arc, OnceLock};

use resvg::usvg::fontdb::Database;

pub(super) const FAMILY: &str = "Inter";
pub(super) const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.sub.ttf");
pub(super) const BOLD: &[u8] = include_bytes!("fonts/Inter-Bold.sub.ttf");
pub(super) const ITALIC: &[u8] = include_bytes!("fonts/Inter-Italic.sub.ttf");

/// The three faces and no system fonts.
pub(super) fn database() -> Arc<Database> {
    static DATABASE: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut database = Database::new();
        [REGULAR, BOLD, ITALIC]
            .iter()
            .for_each(|face| database.load_font_data(face.to_vec()));
        Arc::new(database)
    };
    Arc::clone(DATABASE.get_or_init(load))
}

/// A text with letters that the embedded faces lack, which would vanish without a word, replaced by question marks.
pub(super) fn known(text: &str) -> String {
    let face = ttf_parser::Face::parse(REGULAR, 0);
    let has = |letter: char| {
        face.as_ref()
            .is_ok_and(|face| face.glyph_index(letter).is_some())
            && !letter.is_control()
    };
    text.chars()
        .map(|letter| if has(letter) { letter } else { '?' })
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
    }

    #[test]
    fn letters_without_a_glyph_are_not_lost_in_silence() {
        assert_eq!(known("skill 能力 é"), "skill ?? é");
    }
}
