//! What is wrong in a scenario, where, and what would be right.

use std::fmt;

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
        if self.key.is_empty() {
            write!(formatter, "{}", self.problem)?;
        } else {
            write!(formatter, "{}: {}", self.key, self.problem)?;
        }
        match &self.place {
            Place::Unknown => Ok(()),
            Place::CommandLine(words) => write!(formatter, "\n  --> {words}"),
            place @ Place::File {
                line, column, text, ..
            } => {
                let (number, pad) = (line.to_string(), " ".repeat(line.to_string().len()));
                let caret = " ".repeat(column - 1);
                write!(
                    formatter,
                    "\n{pad} --> {place}\n{pad} |\n{number} | {text}\n{pad} | {caret}^"
                )
            }
        }
    }
}
