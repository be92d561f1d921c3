"""The committed files that are derived: ready rubrics, templates, what they print, schemas, the lists of keys and of
checks, the data dictionary.

    python -m qa_excel.doors.generated [FOLDER]

writes them into a checkout (default: the one it runs from).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa_excel.checks import checks_document
from qa_excel.district.data.dictionary import data_document
from qa_excel.files.sheet_facts import column_letters
from qa_excel.files.writing import one_step, writing
from qa_excel.form.layout import Sheet, layout_of, workbook_name
from qa_excel.form.packing import pack
from qa_excel.form.printed import version_document, version_file
from qa_excel.form.schema import schema_name, submission_schema
from qa_excel.form.template.formulas import BOTH
from qa_excel.rubric.building import load_rubrics
from qa_excel.rubric.files import make_ready, ready_path, shipped_ids
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric
from qa_excel.rubric.schema import rubric_schema


def template_paths(folder: Path) -> dict[Path, tuple[Rubric, int | None]]:
    """Path → what the empty workbook there is of: each area, and each rubric of traces."""
    return {
        folder / workbook_name(rubric.id, area): (rubric, area)
        for rubric in load_rubrics()
        for area in rubric.workbooks
    }


@one_step()
def write_templates(folder: Path, formulas: str = BOTH) -> list[Path]:
    """Write the empty workbooks, all or none; their paths, in order."""
    paths = template_paths(folder)
    for path, (rubric, area) in paths.items():
        with writing(path, folder) as target:
            target.write(pack(rubric, area, {}, formulas))
    return list(paths)


def write_schemas(folder: Path) -> None:
    """Write the schema of the rubrics, and of each workbook's submission."""
    _write_json(folder / "rubric.schema.json", rubric_schema())
    for rubric in load_rubrics():
        for area in rubric.workbooks:
            _write_json(folder / schema_name(rubric, area), submission_schema(rubric, area))


def _write_json(path: Path, data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False, indent=2)
    path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def write_ready(folder: Path) -> None:
    """Write what each rubric is when it is ready to be used."""
    for rubric_id in shipped_ids():
        (folder / ready_path(rubric_id).name).write_text(make_ready(rubric_id), encoding="utf-8", newline="\n")


def write_versions(folder: Path) -> None:
    """Keep what the newest version of each rubric's workbooks prints; the files of older versions stay as they are."""
    for rubric in load_rubrics():
        (folder / version_file(rubric)).write_text(version_document(rubric), encoding="utf-8", newline="\n")


def keys_document() -> str:
    """`docs/keys.md`: every key of every workbook."""
    return "\n".join(_keys()) + "\n"


def _keys() -> Iterator[str]:
    yield "# Keys of every workbook"
    yield ""
    yield "Generated from the rubrics by `python -m qa_excel.doors.generated`; do not edit."
    yield ""
    yield "An input is found by its row key (hidden column A) × its column key (the hidden row above its group of"
    yield "rows, marked `#columns`), on the sheet whose own key (cell A1) begins with `qa-excel:`. Addresses are those"
    yield "of a fresh template."
    for rubric in load_rubrics():
        for area in rubric.workbooks:
            layout = layout_of(rubric, area)
            yield ""
            yield f"## `{workbook_name(rubric.id, area)}`"
            for sheet in layout.forms:
                yield from _sheet_keys(rubric, sheet)


def _sheet_keys(rubric: Rubric, sheet: Sheet) -> Iterator[str]:
    yield ""
    yield f"### {sheet.title} — `{sheet.key}`"
    yield ""
    yield "| row key | column key | cell | kind | JSON path |"
    yield "|---|---|---|---|---|"
    for row, column, given in sheet.fields():
        cell = f"{column_letters(column)}{row}"
        yield f"| `{given.row}` | `{given.column}` | {cell} | {_kind(given, rubric)} | `{_json_path(given)}` |"


def _kind(given: Field, rubric: Rubric) -> str:
    if given.input.kind == "choice":
        return ", ".join(status.id for status in rubric.statuses)
    return given.input.kind + (f" ≥ {given.input.at_least}" if given.input.at_least else "")


def _json_path(given: Field) -> str:
    if "levels" in given.path:
        return "school.levels[]"
    return "".join(f".{part}" if part.isidentifier() else f'["{part}"]' for part in given.path).lstrip(".")


def main(root: Path) -> None:
    """Write all generated files into a checkout."""
    editions = root / "src" / "qa_excel" / "rubric" / "editions"
    versions = root / "src" / "qa_excel" / "form" / "versions"
    for folder in (root / "xlsx_templates", root / "schemas", root / "docs", editions, versions):
        folder.mkdir(parents=True, exist_ok=True)
    write_ready(editions)
    write_templates(root / "xlsx_templates")
    write_schemas(root / "schemas")
    write_versions(versions)
    documents = {"keys.md": keys_document(), "checks.md": checks_document(), "data.md": data_document()}
    for name, text in documents.items():
        (root / "docs" / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[3])
