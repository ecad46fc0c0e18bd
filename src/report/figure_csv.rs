//! The numbers of a figure as a table.

use super::figure::{Figure, Panel};
use super::layer::{Crossing, Heatmap, Layer, Raster, StepMark, Trace};
use super::number::shortest;

/// One row: the words of a layer, a kind, and x, y, low, high.
type Numbers = [Option<f64>; 4];

impl Figure {
    /// Every number drawn: panel, series, kind, x, y, low, high.
    ///
    /// `series` is the label of the layer. What a row says depends on its kind, and what a kind has no use for is empty:
    ///
    /// | kind | x | y | low, high |
    /// |---|---|---|---|
    /// | `curve`, `point` | place | value | band or interval |
    /// | `centre` | place | central curve of a fan | |
    /// | `band LEVEL` | place | | interval of a fan at this level |
    /// | `bar` | middle of the bar | height | left and right edge |
    /// | `right`, `wrong` | step, from 1 | attempt, from 1 in its group | (`series` is the heading) |
    /// | `across` | place of a point | place | its interval along the horizontal axis |
    /// | `run` | place of a point | score of one training run | |
    /// | `trace` | place | place | (a row without numbers parts two pieces) |
    /// | `cell` | what its column stands for | what its row stands for | both the value; empty where missing |
    /// | `column`, `row` | what a column stands for | what a row stands for | its edges |
    /// | `name` | of a name along the horizontal axis | of one along the vertical axis | (`series` is the name) |
    /// | `range` | | | ends of the colour bar |
    /// | `line` | of a vertical line | of a horizontal line | |
    /// | `region` | | | its ends |
    /// | `span` | | height | its ends |
    /// | `annotation` | place | place | |
    /// | `measured` | | | ends of the measured part (`series` is empty) |
    ///
    /// # Errors
    /// None are known; the writer's own if there is one.
    pub fn csv(&self) -> Result<String, csv::Error> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["panel", "series", "kind", "x", "y", "low", "high"])?;
        for panel in &self.panels {
            for (series, kind, numbers) in rows(panel) {
                let numbers = numbers.map(|number| number.map(shortest).unwrap_or_default());
                let words = [panel.title.as_str(), series, kind.as_str()];
                writer.write_record(words.into_iter().chain(numbers.iter().map(String::as_str)))?;
            }
        }
        let bytes = writer
            .into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn rows(panel: &Panel) -> Vec<(&str, String, Numbers)> {
    let mut rows = Vec::new();
    for layer in &panel.layers {
        let (label, numbers) = rows_of(layer);
        rows.extend(numbers.into_iter().map(|(kind, numbers)| {
            let (kind, heading) = kind;
            (heading.unwrap_or(label), kind, numbers)
        }));
    }
    for (place, name) in (0_u32..).map(f64::from).zip(panel.x.all_names()) {
        rows.push((name, "name".to_owned(), [Some(place), None, None, None]));
    }
    for (place, name) in (0_u32..).map(f64::from).zip(panel.y.all_names()) {
        rows.push((name, "name".to_owned(), [None, Some(place), None, None]));
    }
    if let Some((low, high)) = panel.measured {
        rows.push(("", "measured".to_owned(), ends(low, high)));
    }
    rows
}

/// A kind, with the words that replace the label of the layer if there are any.
type Kind<'a> = (String, Option<&'a str>);

fn kind<'a>(word: &str) -> Kind<'a> {
    (word.to_owned(), None)
}

const fn ends(low: f64, high: f64) -> Numbers {
    [None, None, Some(low), Some(high)]
}

fn rows_of(layer: &Layer) -> (&str, Vec<(Kind<'_>, Numbers)>) {
    match layer {
        Layer::Series(series) => {
            let curve = series.curve.iter().map(|at| {
                let numbers = [at.x, at.y, at.low, at.high].map(Some);
                (kind("curve"), numbers)
            });
            let points = series.points.iter().map(|at| {
                let numbers = [at.x, at.y, at.low, at.high].map(Some);
                (kind("point"), numbers)
            });
            (&series.label, curve.chain(points).collect())
        }
        Layer::Fan(fan) => {
            let centre = fan
                .centre
                .iter()
                .map(|&(x, y)| (kind("centre"), [Some(x), Some(y), None, None]));
            let bands = fan.bands.iter().flat_map(|band| {
                let name = format!("band {}", shortest(band.level));
                band.edges.iter().map(move |edge| {
                    let numbers = [Some(edge.x), None, Some(edge.low), Some(edge.high)];
                    (kind(&name), numbers)
                })
            });
            (&fan.label, centre.chain(bands).collect())
        }
        Layer::Distribution(distribution) => {
            let bars = distribution.bars.iter().map(|bar| {
                let numbers = [0.5 * (bar.from + bar.to), bar.height, bar.from, bar.to];
                (kind("bar"), numbers.map(Some))
            });
            (&distribution.label, bars.collect())
        }
        Layer::Raster(raster) => ("", raster_rows(raster)),
        Layer::Heatmap(heatmap) => (&heatmap.label, heatmap_rows(heatmap)),
        Layer::Line(line) => {
            let numbers = match line.at {
                Crossing::At(y) => [None, Some(y), None, None],
                Crossing::Upright(x) => [Some(x), None, None, None],
            };
            (&line.label, vec![(kind("line"), numbers)])
        }
        Layer::Trace(trace) => (&trace.label, trace_rows(trace)),
        Layer::Across(across) => {
            let places = across.places.iter().map(|at| {
                let numbers = [at.x, at.y, at.low, at.high].map(Some);
                (kind("across"), numbers)
            });
            (&across.label, places.collect())
        }
        Layer::Cloud(cloud) => {
            let places = cloud.places.iter();
            let places = places.map(|&(x, y)| (kind("run"), [Some(x), Some(y), None, None]));
            (&cloud.label, places.collect())
        }
        Layer::Region(region) => (
            &region.label,
            vec![(kind("region"), ends(region.from, region.to))],
        ),
        Layer::Span(span) => {
            let numbers = [None, Some(span.y), Some(span.from), Some(span.to)];
            let ends = [span.from, span.to].into_iter().zip(
                span.ends_at
                    .map_or(vec![], |(left, right)| vec![left, right]),
            );
            let ends = ends.map(|(x, y)| (kind("span end"), [Some(x), Some(y), None, None]));
            let whole = std::iter::once((kind("span"), numbers));
            (&span.label, whole.chain(ends).collect())
        }
        Layer::Annotation(at) => (
            &at.label,
            vec![(kind("annotation"), [Some(at.x), Some(at.y), None, None])],
        ),
    }
}

fn raster_rows(raster: &Raster) -> Vec<(Kind<'_>, Numbers)> {
    let mut rows = Vec::new();
    for group in &raster.groups {
        for (attempt, steps) in (1_u32..).zip(&group.attempts) {
            for (step, mark) in (1_u32..).zip(steps) {
                let word = match mark {
                    StepMark::Right => "right",
                    StepMark::Wrong => "wrong",
                };
                let numbers = [Some(step.into()), Some(attempt.into()), None, None];
                rows.push(((word.to_owned(), Some(group.heading.as_str())), numbers));
            }
        }
    }
    rows
}

fn trace_rows(trace: &Trace) -> Vec<(Kind<'_>, Numbers)> {
    let mut rows = Vec::new();
    for piece in &trace.pieces {
        if !rows.is_empty() {
            rows.push((kind("trace"), [None; 4]));
        }
        let places = piece.iter();
        rows.extend(places.map(|&(x, y)| (kind("trace"), [Some(x), Some(y), None, None])));
    }
    rows
}

fn heatmap_rows(heatmap: &Heatmap) -> Vec<(Kind<'_>, Numbers)> {
    let stands = |values: &[f64], place: usize| values.get(place).copied();
    let pairs = |edges: &[f64]| -> Vec<(f64, f64)> {
        let pairs = edges.iter().zip(edges.iter().skip(1));
        pairs.map(|(low, high)| (*low, *high)).collect()
    };
    let columns = pairs(&heatmap.x_edges).into_iter().enumerate();
    let columns = columns.map(|(i, (low, high))| {
        let numbers = [stands(&heatmap.columns, i), None, Some(low), Some(high)];
        (kind("column"), numbers)
    });
    let rows = pairs(&heatmap.y_edges).into_iter().enumerate();
    let rows = rows.map(|(j, (low, high))| {
        let numbers = [None, stands(&heatmap.rows, j), Some(low), Some(high)];
        (kind("row"), numbers)
    });
    let cells = heatmap.cells().map(|cell| {
        let (column, row) = cell.place;
        let (x, y) = (stands(&heatmap.columns, column), stands(&heatmap.rows, row));
        let numbers = [x, y, cell.value, cell.value];
        (kind("cell"), numbers)
    });
    let range = [(kind("range"), ends(heatmap.range.0, heatmap.range.1))];
    range
        .into_iter()
        .chain(columns)
        .chain(rows)
        .chain(cells)
        .collect()
}
