//! The rules that keep the layers apart, checked in the text of the source.

use std::fs;
use std::path::{Path, PathBuf};

/// A layer, and what it may not name: the layers below it in the list of `src/lib.rs`, and tools.
const LAYERS: [(&str, &[&str], &[&str]); 6] = [
    (
        "domain",
        &["engine", "study", "report", "files", "cli"],
        &[
            "rand::",
            "rayon",
            "std::fs",
            "std::io",
            "std::thread",
            "std::time",
            "plotters",
            "clap",
            "println!",
            "eprintln!",
        ],
    ),
    (
        "engine",
        &["study", "report", "files", "cli"],
        &[
            "std::env",
            "std::fs",
            "std::io",
            "std::time",
            "Instant",
            "plotters",
            "schemars",
            "clap",
            "println!",
            "eprintln!",
            "Metric",
        ],
    ),
    (
        "study",
        &["report", "files", "cli"],
        &[
            "rand::",
            "rayon",
            "std::fs",
            "std::io",
            "std::time",
            "plotters",
            "clap",
            "println!",
            "eprintln!",
        ],
    ),
    (
        "report",
        &["files", "cli"],
        &[
            "rand::",
            "rayon",
            "std::fs",
            "std::time",
            "schemars",
            "clap",
            "println!",
            "eprintln!",
            "simulate(",
            "Stream",
        ],
    ),
    (
        "files",
        &["cli"],
        &[
            "rand::",
            "rayon",
            "plotters",
            "schemars",
            "clap",
            "println!",
            "eprintln!",
        ],
    ),
    (
        "cli",
        &[],
        &["rand::", "rayon", "std::fs", "plotters", "libm", "schemars"],
    ),
];

/// Tools that only these files may name.
const ONLY_IN: [(&str, &[&str]); 19] = [
    ("rayon", &["engine/run.rs"]),
    ("std::thread", &["files/provenance.rs", "engine/run.rs"]),
    ("rand::", &["engine/stream.rs"]),
    ("sha2::", &["engine/address.rs", "files/provenance.rs"]),
    ("plotters", &["report/draw.rs"]),
    (
        "resvg",
        &["report/faces.rs", "report/pdf.rs", "report/picture.rs"],
    ),
    ("krilla", &["report/pdf.rs"]),
    ("use gif::", &["report/animation.rs"]),
    ("ttf_parser", &["report/faces.rs"]),
    ("use parquet::", &["report/parquet_table.rs"]),
    (
        "comfy_table",
        &[
            "report/contrast_table.rs",
            "report/sweep_terminal.rs",
            "report/terminal.rs",
        ],
    ),
    ("crc32fast", &["files/tally_log.rs"]),
    ("evalexpr", &["study/condition.rs"]),
    ("postcard", &["files/tally_log.rs"]),
    (
        "std::fs",
        &[
            "files/aside.rs",
            "files/document.rs",
            "files/folder.rs",
            "files/scenario_file.rs",
            "files/store.rs",
            "files/sweep_folder.rs",
            "files/tally_log.rs",
        ],
    ),
    (
        "clap",
        &[
            "main.rs",
            "cli.rs",
            "cli/advise.rs",
            "cli/compare.rs",
            "cli/completions.rs",
            "cli/design.rs",
            "cli/export.rs",
            "cli/fit.rs",
            "cli/forecast.rs",
            "cli/gallery.rs",
            "cli/init.rs",
            "cli/list.rs",
            "cli/look.rs",
            "cli/man.rs",
            "cli/merge.rs",
            "cli/plot.rs",
            "cli/power.rs",
            "cli/replay.rs",
            "cli/rescore.rs",
            "cli/run.rs",
            "cli/settings.rs",
            "cli/status.rs",
            "cli/study_output.rs",
            "cli/sweep.rs",
            "cli/verify.rs",
            "cli/work.rs",
        ],
    ),
    ("clap_complete", &["cli/completions.rs"]),
    ("clap_mangen", &["cli/man.rs"]),
    ("unsafe", &["engine/simd.rs"]),
];

fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => collect(&path, files),
                false if path.extension().is_some_and(|extension| extension == "rs") => {
                    files.push(path)
                }
                false => {}
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let name = |path: &Path| {
        path.strip_prefix(&root)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/")
    };
    files
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).unwrap()))
        .collect()
}

/// The lines of code, numbered: no comments, and nothing from the unit tests at the end of a file on.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text
        .lines()
        .enumerate()
        .take_while(|(_, line)| !line.starts_with("#[cfg(test)]"));
    lines
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(i, line)| (i + 1, line))
}

fn layer_of(file: &str) -> &str {
    file.split('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs")
}

/// Whether code names a layer of the library, in a path or in an import over any number of lines.
fn names_layer(text: &str, layer: &str) -> bool {
    let code: String = code(text).map(|(_, line)| line.trim()).collect();
    let nested = code
        .split("use crate::{")
        .skip(1)
        .map(|rest| rest.split(';').next().unwrap_or_default());
    let from_braces = |import: &str| {
        import
            .split([',', '{'])
            .any(|part| part.starts_with(&format!("{layer}::")))
    };
    code.contains(&format!("crate::{layer}::"))
        || code.contains(&format!("super::super::{layer}"))
        || nested.into_iter().any(from_braces)
}

#[test]
fn imports_only_point_up_the_list_of_layers() {
    for (file, text) in sources() {
        let Some((_, layers, tools)) = LAYERS.iter().find(|(layer, ..)| *layer == layer_of(&file))
        else {
            continue;
        };
        for layer in *layers {
            assert!(
                !names_layer(&text, layer),
                "src/{file} names the layer {layer}"
            );
        }
        for tool in *tools {
            let found = code(&text).find(|(_, line)| line.contains(tool));
            assert!(
                found.is_none(),
                "src/{file}:{} names {tool}",
                found.unwrap().0
            );
        }
    }
}

#[test]
fn every_file_belongs_to_a_layer() {
    for (file, _) in sources() {
        let known = LAYERS.iter().any(|(layer, ..)| *layer == layer_of(&file));
        assert!(
            known || file == "lib.rs" || file == "main.rs",
            "src/{file} belongs to no layer"
        );
    }
}

#[test]
fn tools_are_named_where_they_belong() {
    let sources = sources();
    for (tool, allowed) in ONLY_IN {
        for (file, text) in &sources {
            let found = code(text).find(|(_, line)| line.contains(tool));
            let named =
                found.map(|(number, line)| format!("src/{file}:{number} names {tool}: {line}"));
            assert!(
                named.is_none() || allowed.contains(&file.as_str()),
                "{}",
                named.unwrap()
            );
        }
        for file in allowed {
            let (_, text) = sources.iter().find(|(name, _)| name == file).unwrap();
            assert!(
                tool == "std::thread" || code(text).any(|(_, line)| line.contains(tool)),
                "src/{file} no longer names {tool}"
            );
        }
    }
}

#[test]
fn generation_never_sees_a_metric_nor_scoring_a_random_number() {
    for (file, text) in sources() {
        let generates = [
            "engine/kernel.rs",
            "engine/kernel/digits.rs",
            "engine/kernel/lanes.rs",
            "engine/kernel/plain.rs",
            "engine/kernel/retries.rs",
            "engine/kernel/structured.rs",
            "engine/kernel/thresholds.rs",
            "engine/reference.rs",
            "engine/stream.rs",
            "engine/run.rs",
        ]
        .contains(&file.as_str());
        if generates {
            assert!(
                code(&text).all(|(_, line)| !line.contains("Credit")),
                "src/{file} names a credit"
            );
        }
        if layer_of(&file) == "study" {
            assert!(
                code(&text).all(|(_, line)| !line.contains("Stream")),
                "src/{file} names a stream"
            );
        }
    }
}

/// `Cargo.toml` names the programs, so a file that none of them names would never run.
#[test]
fn every_file_of_tests_is_in_a_program() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(root.join(file)).unwrap();
    let (modules, programs) = (read("tests/main.rs"), read("Cargo.toml"));
    for entry in fs::read_dir(root.join("tests")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = name.strip_suffix(".rs").filter(|name| *name != "main") else {
            continue;
        };
        let module = modules.lines().any(|line| line == format!("mod {name};"));
        let program = programs.contains(&format!("[[test]]\nname = \"{name}\"\n"));
        assert!(module || program, "tests/{name}.rs is in no program");
    }
}

#[test]
fn imports_are_recognised_however_they_are_written() {
    for import in [
        "use crate::engine::Tally;",
        "use crate::{\n    domain::Scale,\n    engine::{Law, Tally},\n};",
        "fn f() { crate::engine::f() }",
    ] {
        assert!(names_layer(import, "engine"), "{import}");
    }
    assert!(!names_layer(
        "// use crate::engine::Tally;\nuse crate::domain::Scale;",
        "engine"
    ));
}
