//! What is wrong in a scenario, where, and what would be right.

use std::fmt;
use std::rc::Rc;

/// Where a setting was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file (or on standard input).
    File {
        /// The name shown to the user.
        file: String,
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// The text of the line.
        text: String,
    },
    /// On the command line, as written there.
    CommandLine(String),
    /// Nowhere in particular.
    Unknown,
}

impl Place {
    /// The place of a byte of a text.
    #[must_use]
    pub fn in_text(file: &str, text: &str, byte: usize) -> Self {
        let byte = (0..=byte.min(text.len()))
            .rev()
            .find(|&byte| text.is_char_boundary(byte))
            .unwrap_or(0);
        let start = text[..byte].rfind('\n').map_or(0, |newline| newline + 1);
        let end = text[byte..]
            .find('\n')
            .map_or(text.len(), |newline| byte + newline);
        Self::File {
            file: file.to_owned(),
            line: text[..byte].matches('\n').count() + 1,
            column: text[start..byte].chars().count() + 1,
            text: text[start..end].trim_end().to_owned(),
        }
    }
}

/// A [`Place`] that is worked out only if it must be told: a file may have a million settings in one line.
#[derive(Clone, Debug)]
pub(super) enum Spot {
    /// A byte of a text.
    Text(Rc<Text>, usize),
    /// On the command line, as written there.
    CommandLine(Rc<str>),
    /// Nowhere in particular.
    Unknown,
}

/// A text and the name shown to the user.
#[derive(Debug)]
pub(super) struct Text {
    file: String,
    text: String,
}

impl Text {
    pub(super) fn new(file: &str, text: &str) -> Self {
        let (file, text) = (file.to_owned(), text.to_owned());
        Self { file, text }
    }
}

impl Spot {
    /// Where in its text, for what stands in its order there.
    pub(super) fn byte(&self) -> usize {
        match self {
            Self::Text(_, byte) => *byte,
            Self::CommandLine(_) | Self::Unknown => 0,
        }
    }

    /// An error here.
    pub(super) fn error(&self, key: &str, problem: impl fmt::Display) -> ReadError {
        ReadError {
            place: self.place(),
            key: key.to_owned(),
            problem: problem.to_string(),
        }
    }

    pub(super) fn place(&self) -> Place {
        match self {
            Self::Text(source, byte) => Place::in_text(&source.file, &source.text, *byte),
            Self::CommandLine(words) => Place::CommandLine(words.to_string()),
            Self::Unknown => Place::Unknown,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File {
                file, line, column, ..
            } => write!(formatter, "{file}:{line}:{column}"),
            Self::CommandLine(words) => write!(formatter, "{words}"),
            Self::Unknown => Ok(()),
        }
    }
}

/// A setting that cannot be read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadError {
    /// Where it was given.
    pub place: Place,
    /// Its dotted key, empty for the whole file.
    pub key: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

impl std::error::Error for ReadError {}

impl fmt::Display for ReadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(formatter, "{}: ", shortened(&self.key))?;
        }
        write!(formatter, "{}", shortened(&self.problem))?;
        match &self.place {
            Place::Unknown => Ok(()),
            Place::CommandLine(words) => write!(formatter, "\n  --> {}", shortened(words)),
            place @ Place::File {
                line, column, text, ..
            } => {
                let (number, pad) = (line.to_string(), " ".repeat(line.to_string().len()));
                let (shown, caret) = window(text, *column);
                write!(
                    formatter,
                    "\n{pad} --> {place}\n{pad} |\n{number} | {shown}\n{pad} | {caret}^"
                )
            }
        }
    }
}

/// The part of a line around a column, from 1, and the blanks that put a caret below that column.
fn window(line: &str, column: usize) -> (String, String) {
    const BEFORE: usize = 60;
    const WHOLE: usize = 100;
    let characters: Vec<char> = line.chars().map(printable).collect();
    let place = column - 1;
    let start = if characters.len() <= WHOLE {
        0
    } else {
        place.saturating_sub(BEFORE)
    };
    let end = characters.len().min(start + WHOLE);
    let (before, after) = (
        if start > 0 { "..." } else { "" },
        if end < characters.len() { "..." } else { "" },
    );
    let middle = &characters[start.min(end)..end];
    let shown: String = middle.iter().collect();
    // A tab below a tab is as wide, whatever the terminal makes of it.
    let blanks = middle
        .iter()
        .map(|one| if *one == '\t' { '\t' } else { ' ' });
    let caret = blanks.chain(std::iter::repeat(' ')).take(place - start);
    (
        format!("{before}{shown}{after}"),
        format!("{}{}", " ".repeat(before.len()), caret.collect::<String>()),
    )
}

/// Control characters would do things to a terminal.
fn printable(character: char) -> char {
    if character.is_control() && character != '\t' {
        char::REPLACEMENT_CHARACTER
    } else {
        character
    }
}

/// The beginning and the end of what would fill the screen.
fn shortened(text: &str) -> String {
    const PART: usize = 300;
    let characters: Vec<char> = text.chars().map(printable).collect();
    if characters.len() <= 2 * PART {
        return characters.into_iter().collect();
    }
    let (start, end) = (&characters[..PART], &characters[characters.len() - PART..]);
    format!(
        "{} ... {}",
        start.iter().collect::<String>(),
        end.iter().collect::<String>()
    )
}

/// What the operating system said, in plain words where newcomers meet it.
pub(super) fn plainly(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_owned(),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a file stands where a folder is needed".to_owned()
        }
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "there is no space left for it".to_owned()
        }
        ErrorKind::FileTooLarge => "it would be too large for this file system".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the file system is read-only".to_owned(),
        ErrorKind::DirectoryNotEmpty => "a folder that is not empty is in the way".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_shown_around_the_mistake() {
        let line = format!("{}x{}", "a".repeat(1000), "b".repeat(1000));
        let (shown, caret) = window(&line, 1001);
        assert_eq!(shown.chars().count(), 106);
        assert_eq!(shown.chars().nth(caret.len()), Some('x'));
        assert!(shown.starts_with("...a") && shown.ends_with("b..."));
        // At the end of the text, behind its last character.
        let (shown, caret) = window("abc", 4);
        assert_eq!((shown.as_str(), caret.as_str()), ("abc", "   "));
        assert_eq!(
            window("\ta\u{1b}[", 3),
            ("\ta\u{fffd}[".to_owned(), "\t ".to_owned())
        );
        assert_eq!(shortened(&"a".repeat(5000)).len(), 605);
    }
}
