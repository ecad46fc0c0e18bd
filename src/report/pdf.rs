//! A picture as PDF: paths and letters in embedded faces, so that it is sharp at any size and its texts can be searched.
//! The only file that names krilla.

use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::{ContentTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::usvg;

const LANGUAGE: &str = "en";

/// One page of the size of the picture, that names no time and no machine: the same picture, the same bytes. What it
/// shows is told by its title and, to those who cannot see it, by its caption.
pub(super) fn pdf(tree: &usvg::Tree, title: &str, caption: &str) -> Result<Vec<u8>, String> {
    // An SVG pixel is 1/96 inch, a point 1/72.
    let points = |pixels: f32| pixels * 0.75;
    let (width, height) = (points(tree.size().width()), points(tree.size().height()));
    let size = Size::from_wh(width, height).ok_or("the picture has no size")?;
    let mut document = Document::new_with(SerializeSettings::default());
    let mut page = document.start_page_with(PageSettings::new(size));
    let mut surface = page.surface();
    let all = surface.start_tagged(ContentTag::Other);
    let drawn = surface.draw_svg(tree, size, SvgSettings::default());
    surface.end_tagged();
    surface.finish();
    page.finish();
    drawn.ok_or("the picture cannot be written as PDF")?;
    let alternative = (!caption.is_empty()).then(|| caption.to_owned());
    let mut group = TagGroup::new(Tag::Figure(alternative));
    group.push(all);
    let mut tags = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    tags.push(group);
    document.set_tag_tree(tags);
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .description(caption.to_owned())
            .creator("mirage".to_owned())
            .language(LANGUAGE.to_owned()),
    );
    document.finish().map_err(|error| format!("{error:?}"))
}
