"""A writer by entry point: it is found by its format's name, and told what it drops of a document."""

from generator.writers import writer
from generator.writers.conformance import missing

from .test_a_new_kind import Install

WRITER = '''
"""Documents as plain text."""

from generator.document import BlockVisitor


class Lines(BlockVisitor[list[str]]):
    def render_section(self, node):
        return [node.heading.text, *[line for block in node.blocks for line in self.block(block)]]

    def render_heading(self, node):
        return [node.text]

    def render_paragraph(self, node):
        return ["".join(getattr(child, "text", "") for child in node.children)]

    def render_field_grid(self, node):
        return [f"{field.face.label}: {field.text('zh-Hans')}" for line in node.lines for field in line]

    def render_table(self, node):
        return ["|".join(c.face.text(v, "zh-Hans") for c, v in zip(node.columns, r.values)) for r in node.rows]

    def render_beside(self, node):
        return self.render_table(node.table)

    def render_scale(self, node):
        return [field.face.label for field in node.fields]

    def render_signature_block(self, node):
        return [f"{one.label} {one.name} {one.date}" for one in node.signatures]

    def nothing(self, node):
        return []

    render_key_figures = render_list = render_note = render_picture = render_writing_lines = nothing
    render_page_break = nothing


def write_text(document, out):
    lines = [document.title, *[line for block in document.blocks for line in Lines().block(block)]]
    out.write("\\n".join(lines).encode())
'''


def test_a_writer_is_told_what_it_drops(installed: Install) -> None:
    assert len(WRITER.strip().splitlines()) <= 42
    done = installed("biaodan.writers", "txt", "write_text", WRITER)("-m", "generator.writers.conformance", "txt")
    assert done.returncode == 1, done.stderr
    told = {line.partition(" (")[0] for line in done.stdout.splitlines()}
    dropped = {
        *("Document.office", "Document.number", "Document.footer"),
        *("Heading.number", "Heading.hint", "Column.label", "Row.mark"),
        *("Table.caption", "Table.serial", "Table.total", "Table.sum", "Scale.low", "Scale.high"),
        *("Field.required", "Field.choice", "Figure.text", "Figure.note", "WritingLines.label", "Picture.alt"),
    }
    assert dropped - told == set()
    kept = {"Document.title", "Heading.text", "Cell.value", "Field.label", "Field.value", "Signature.name"}
    assert kept & told == set()


def test_its_format_is_made_by_name(installed: Install) -> None:
    run = installed("biaodan.writers", "txt", "write_text", WRITER)
    done = run("-m", "generator", "blank", "return-visit", "-o", "out.txt")
    assert (done.returncode, done.stderr) == (0, "")
    read = run("-c", "import pathlib; print(pathlib.Path('out.txt').read_text(encoding='utf-8'))")
    assert "问题回访记录表" in read.stdout


TAKING = """
def write_text(document, out, options):
    out.write(f"{options.template} {options.engine}".encode())


write_text.takes = {"template": (), "engine": ("quick",)}
"""

ASKING = """
import io
from generator.errors import BiaodanError
from generator.writers import WritingOptions, writer
for options in ({"template": "own.txt", "engine": "quick"}, {"engine": "slow"}, {"password": "x"}):
    out = io.BytesIO()
    try:
        writer("txt", WritingOptions(**options))(None, out)
    except BiaodanError as error:
        print(error.faults[0].code)
    else:
        print(out.getvalue().decode())
"""


def test_it_gets_the_options_that_it_takes_and_no_other(installed: Install) -> None:
    done = installed("biaodan.writers", "txt", "write_text", TAKING)("-c", ASKING)
    assert done.stdout.splitlines() == ["own.txt quick", "E-output-format", "E-option"]


def test_the_shipped_ones_drop_nothing() -> None:
    assert [missing(writer(name)) for name in ("docx", "xlsx")] == [[], []]
