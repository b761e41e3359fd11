"""Several PDFs made into one to be printed: each begins on a sheet of its own, has one bookmark and keeps its tags."""

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from generator.wording import Lang

if TYPE_CHECKING:
    import pikepdf

_CLAIMED = "{http://www.aiim.org/pdfua/ns/id/}part"


class Part(NamedTuple):
    """A PDF that goes into another, and what its bookmark says."""

    title: str
    content: bytes


def merge_pdfs(parts: Iterable[Part], title: str, lang: Lang, out: BinaryIO) -> None:
    """Write PDFs as one, in their order; one of an odd number of pages gets an empty page, for printing on both sides.

    Tags stay as far as every part has them; only then PDF/UA-1 is claimed. Attached records and the claim of PDF/A
    don't go with them.
    """
    import pikepdf

    made = pikepdf.new()
    tree = _Tree(made)
    marks: list[tuple[str, int]] = []
    claims: list[bool] = []
    for part in parts:
        with pikepdf.open(io.BytesIO(part.content)) as source:
            marks.append((part.title, len(made.pages)))
            first = len(made.pages)
            made.pages.extend(source.pages)
            claims.append(tree.take(source, first) and _claims(source))
            if len(source.pages) % 2:
                box = made.pages[-1].MediaBox
                made.add_blank_page(page_size=(float(box[2]), float(box[3])))
    with made.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(name, at) for name, at in marks)
    _describe(made, title, lang, tree if all(claims) else None)
    made.save(out, min_version="1.7", deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _claims(source: "pikepdf.Pdf") -> bool:
    with source.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        return str(metadata.get(_CLAIMED, "")) == "1"


def _describe(made: "pikepdf.Pdf", title: str, lang: Lang, tree: "_Tree | None") -> None:
    """Say what the whole is; with its tags and the standard that they keep, where they are whole."""
    import pikepdf

    made.Root.Lang = pikepdf.String(lang)
    made.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    made.docinfo["/Title"] = pikepdf.String(title)
    with made.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = title
        if tree:
            metadata[_CLAIMED] = "1"
    if tree:
        tree.place()
    else:
        for page in made.pages:
            if "/StructParents" in page.obj:
                del page.obj.StructParents


class _Tree:
    """The tags of all parts under one root. Keys of pages count on from those of the part before."""

    def __init__(self, made: "pikepdf.Pdf") -> None:
        import pikepdf

        self.made = made
        self.root = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
        self.kids: list[Any] = []
        self.numbers: list[Any] = []
        self.next = 0

    def take(self, source: "pikepdf.Pdf", first: int) -> bool:
        """Take the tags of a part whose pages are there from `first` on; tell whether it has any."""
        theirs = source.Root.get("/StructTreeRoot")
        if theirs is None or "/K" not in theirs or "/Nums" not in theirs.get("/ParentTree", {}):
            return False
        ours = self.made.copy_foreign(theirs if theirs.is_indirect else source.make_indirect(theirs))
        if {"/RoleMap", "/ClassMap", "/IDTree"} & set(ours.keys()):
            return False
        self._adopt(ours.K)
        pairs = list(ours.ParentTree.Nums)
        keys = [int(key) for key in pairs[::2]]
        for key, value in zip(keys, pairs[1::2], strict=True):
            self.numbers += [self.next + key, value]
        self._renumber(first)
        self.next += max(keys, default=-1) + 1
        return True

    def _adopt(self, kids: Any) -> None:
        import pikepdf

        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            kid.P = self.root
            self.kids.append(kid)

    def _renumber(self, first: int) -> None:
        for page in list(self.made.pages)[first:]:
            if "/StructParents" in page.obj:
                page.obj.StructParents = self.next + int(page.obj.StructParents)
            for annotation in page.obj.get("/Annots", []):
                if "/StructParent" in annotation:
                    annotation.StructParent = self.next + int(annotation.StructParent)

    def place(self) -> None:
        """Give the document its tags."""
        import pikepdf

        self.root.K = pikepdf.Array(self.kids)
        self.root.ParentTree = pikepdf.Dictionary(Nums=pikepdf.Array(self.numbers))
        self.root.ParentTreeNextKey = self.next
        self.made.Root.StructTreeRoot = self.root
        self.made.Root.MarkInfo = pikepdf.Dictionary(Marked=True)
