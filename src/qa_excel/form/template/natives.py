"""Native formulas and validations: what Excel itself counts, checks and colours, without the add-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter as letter

from qa_excel.form.layout import YES_NO_WORDS, Row, Sheet, yes_no_words
from qa_excel.kinds.criterion import Criterion
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric
from qa_excel.thai.typed import yes_words

LEVEL_WORDS = YES_NO_WORDS["levels"]
NOT_STATED = "ยังไม่ระบุ"


def taught_formula(cell: str) -> str:
    """Whether the cover's cell says that a grade is taught, in the list's own words, by any yes that is understood."""
    words = ",".join(f'"{word}"' for word in sorted(yes_words("levels")))
    stated = f'IF(OR({cell}={{{words}}},{cell}=1,{cell}=TRUE),"{LEVEL_WORDS[0]}","{LEVEL_WORDS[1]}")'
    return f'IF({cell}="","{NOT_STATED}",{stated})'


def percent_formula(sheet: Sheet, row: Row) -> str | None:
    """A native percentage beside a ratio, or what a subject's row adds up to."""
    pairs = [(column, given) for column, given in row.fields.items() if not given.optional]
    keys = [given.input.key for _, given in pairs]
    n = row.number
    if keys == ["count", "total"]:
        count, total = (f"{letter(column)}{n}" for column, _ in pairs)
        return f'IF(AND(ISNUMBER({count}),ISNUMBER({total})),IF({total}>0,{count}/{total}*100,""),"")'
    if len(keys) < 3 or keys[:2] not in (["count", "total"], ["previous", "current"]):
        return None
    flags = _flags(sheet, row)
    first = "+".join(f"{both}*N({letter(c1)}{n})" for (c1, _), both in _complete_pairs(pairs, flags, n))
    second = "+".join(f"{both}*N({letter(c2)}{n})" for (_, c2), both in _complete_pairs(pairs, flags, n))
    if keys[0] == "count":
        return f'IF({second}>0,({first})/({second})*100,"")'
    compared = "+".join(both for _, both in _complete_pairs(pairs, flags, n))
    return f'IF({compared}=0,"",IF(ROUND({second}-({first}),10)>0,"▲ สูงขึ้น","ไม่สูงขึ้น"))'


def _complete_pairs(
    pairs: list[tuple[int, Field]], flags: dict[str, str], row: int
) -> Iterator[tuple[tuple[int, int], str]]:
    """Each grade's two columns with a factor that is 1 where it is taught and both are numbers."""
    for (c1, given), (c2, _) in zip(pairs[::2], pairs[1::2], strict=True):
        yield (c1, c2), f"{flags[given.grade]}*ISNUMBER({letter(c1)}{row})*ISNUMBER({letter(c2)}{row})"


def _flags(sheet: Sheet, row: Row) -> dict[str, str]:
    """Grade → a formula that is true where it is taught, from the row of grades above."""
    grades = next(r for r in reversed(sheet.rows[: sheet.rows.index(row)]) if r.kind == "grades")
    return {grade: f'(${letter(c)}${grades.number}="{LEVEL_WORDS[0]}")' for c, grade in grades.column_keys.items()}


def missing_terms(sheet: Sheet) -> Iterator[str]:
    """Native formulas that add up to the sheet's number of unanswered inputs, by scoring's rule."""
    for row in sheet.rows:
        inputs = [(column, given) for column, given in row.fields.items() if not given.optional]
        cells = [f"{letter(column)}{row.number}" for column, _ in inputs]
        if not inputs or row.kind == "subject":
            continue
        if row.kind == "condition":
            words = yes_no_words(inputs[0][1])
            yield f"COUNTBLANK({cells[0]})"
            if len(cells) == 2:
                yield f'IF({cells[0]}="{words[0]}",COUNTBLANK({cells[1]}),0)'
        elif inputs[0][1].grade:
            flags = _flags(sheet, row)
            for (_, given), a, b in zip(inputs[::2], cells[::2], cells[1::2], strict=True):
                yield f"IF({flags[given.grade]},COUNTBLANK({a}:{b}),0)"
        else:
            yield f"COUNTBLANK({cells[0]}:{cells[-1]})"
    for grades in (row for row in sheet.rows if row.kind == "grades"):
        subjects = [row for row in sheet.rows if row.kind == "subject" and row.about is grades.about]
        if subjects:
            yield from _missing_in_tables(sheet, subjects, grades.about)


def _missing_in_tables(sheet: Sheet, subjects: list[Row], table: Criterion) -> Iterator[str]:
    """A wholly blank table counts one; in others, half-filled pairs, and the blanks of tested subjects."""
    top, bottom = subjects[0].number, subjects[-1].number
    flags = _flags(sheet, subjects[0])
    inputs = [(column, given) for column, given in subjects[0].fields.items() if not given.optional]

    def span(column: int) -> str:
        return f"{letter(column)}{top}:{letter(column)}{bottom}"

    tables = [
        (flags[g.grade], span(c1), span(c2), c1, c2) for (c1, g), (c2, _) in zip(inputs[::2], inputs[1::2], strict=True)
    ]
    held = "+".join(f'{flag}*(({a}<>"")+({b}<>""))' for flag, a, b, _, _ in tables)
    with_total = "+".join(f'{flag}*({b}<>"")' for flag, _, b, _, _ in tables)
    over_zero = "+".join(f'{flag}*({b}<>"")*({b}<>0)' for flag, _, b, _, _ in tables)
    tested = f"(({held})>0)*(1-(({with_total})>0)*(({over_zero})=0))"
    for flag, a, b, c1, c2 in tables:
        cells = f"{letter(c1)}{top}:{letter(c2)}{bottom}"
        halves = f'--(({a}="")<>({b}=""))' if table.means else f'{tested}*(({a}="")+({b}=""))'
        blanks = f"SUMPRODUCT({halves})"
        yield f"IF({flag},IF(COUNTA({cells})=0,1,{blanks}),0)"


def validation_of(given: Field, rubric: Rubric) -> dict[str, Any] | None:
    """The data validation of an input: type, limits, Thai title and message."""
    title = given.input.label.th[:32] if given.column != "met" else "คำตอบ"

    def rule(kind: str, message: str, **limits: Any) -> dict[str, Any]:
        return {
            "type": kind,
            "promptTitle": title,
            "prompt": message,
            "errorTitle": "ค่าไม่ถูกต้อง",
            "error": message,
            **limits,
        }

    match given.input.kind:
        case "yesno":
            words = yes_no_words(given)
            return rule("list", f"เลือก {words[0]} หรือ {words[1]}", formula1=f'"{",".join(words)}"')
        case "choice":
            words = [status.name.th for status in rubric.statuses]
            return rule("list", "เลือกสถานะจากรายการ", formula1=f'"{",".join(words)}"')
        case "count":
            return rule("whole", "กรอกจำนวนเต็ม ตั้งแต่ 0 ขึ้นไป", operator="greaterThanOrEqual", formula1="0")
        case "percent":
            return rule("decimal", "กรอกตัวเลข 0 ถึง 100 เช่น 85", operator="between", formula1="0", formula2="100")
        case "number":
            return rule("decimal", "กรอกตัวเลข ตั้งแต่ 0 ขึ้นไป", operator="greaterThanOrEqual", formula1="0")
        case "year":
            message = f"กรอกปีการศึกษาเป็น พ.ศ. 4 หลัก ตั้งแต่ {rubric.first_year}"
            return rule("whole", message, operator="between", formula1=str(rubric.first_year), formula2="2600")
        case "school_code":
            length = "OR(LEN({cell})=8,LEN({cell})=10)"
            return rule("custom", "กรอกตัวเลข 8 หลัก หรือ 10 หลัก", formula1=length)
        case "date":
            message = "กรอกวันที่ เช่น 31/3/2564"
            # Excel takes 31/3/2564 for text where the computer's region is not Thai; the reader understands it.
            return rule("date", message, operator="greaterThan", formula1="36526", errorStyle="warning")
        case _:
            return None


def wrong_formula(given: Field, rubric: Rubric) -> str:
    """A formula (for `{cell}`) that is true where what was entered can't be right; empty where none is."""
    match given.input.kind:
        case "count":
            return "AND(LEN({cell})>0,OR(NOT(ISNUMBER({cell})),N({cell})<0,N({cell})<>INT(N({cell}))))"
        case "number":
            return "AND(LEN({cell})>0,OR(NOT(ISNUMBER({cell})),N({cell})<0))"
        case "percent":
            return "AND(LEN({cell})>0,OR(NOT(ISNUMBER({cell})),N({cell})<0,N({cell})>100))"
        case "year":
            return f"AND(LEN({{cell}})>0,OR(NOT(ISNUMBER({{cell}})),N({{cell}})<{rubric.first_year},N({{cell}})>2600))"
        case "school_code":
            return "AND(LEN({cell})>0,LEN({cell})<>8,LEN({cell})<>10)"
        case "yesno":
            yes, no = yes_no_words(given)
            return f'AND(LEN({{cell}})>0,{{cell}}<>"{yes}",{{cell}}<>"{no}")'
        case _:
            return ""
