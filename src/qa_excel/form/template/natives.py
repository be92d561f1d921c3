"""Native formulas and validations: what Excel itself counts, checks and colours, without the add-in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter as letter

from qa_excel.form.layout import ConditionRow, IndicatorSheet, InputRow, SubjectRow, yes_no_words
from qa_excel.kinds.tables import Table
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric
from qa_excel.thai.typed import YES_NO_WORDS, yes_words

LEVEL_WORDS = YES_NO_WORDS["levels"]
NOT_STATED = "ยังไม่ระบุ"


def taught_formula(cell: str) -> str:
    """Whether the cover's cell says that a grade is taught, in the list's own words, by any yes that is understood."""
    words = ",".join(f'"{word}"' for word in sorted(yes_words("levels")))
    stated = f'IF(OR({cell}={{{words}}},{cell}=1,{cell}=TRUE),"{LEVEL_WORDS[0]}","{LEVEL_WORDS[1]}")'
    return f'IF({cell}="","{NOT_STATED}",{stated})'


def percent_formula(sheet: IndicatorSheet, row: InputRow) -> str | None:
    """A native percentage beside a ratio, or what a subject's row adds up to."""
    keys, n = [given.input.key for _, given in row.inputs], row.number
    if keys == ["count", "total"]:
        count, total = (f"{letter(column)}{n}" for column, _ in row.inputs)
        return f'IF(AND(ISNUMBER({count}),ISNUMBER({total})),IF({total}>0,{count}/{total}*100,""),"")'
    if len(keys) < 3 or keys[:2] not in (["count", "total"], ["previous", "current"]):
        return None
    # Each grade's two columns, with a factor that is 1 where it is taught and both are numbers.
    pairs = [
        (a, b, f"{taught}*ISNUMBER({letter(a)}{n})*ISNUMBER({letter(b)}{n})") for a, b, taught in _pairs(sheet, row)
    ]
    first = "+".join(f"{both}*N({letter(a)}{n})" for a, _, both in pairs)
    second = "+".join(f"{both}*N({letter(b)}{n})" for _, b, both in pairs)
    if keys[0] == "count":
        return f'IF({second}>0,({first})/({second})*100,"")'
    compared = "+".join(both for _, _, both in pairs)
    return f'IF({compared}=0,"",IF(ROUND({second}-({first}),10)>0,"▲ สูงขึ้น","ไม่สูงขึ้น"))'


def _pairs(sheet: IndicatorSheet, row: InputRow) -> list[tuple[int, int, str]]:
    """The two columns of each grade on a row of a table, and a formula that is true where the grade is taught."""
    taught = sheet.grades_above(row).number
    columns = [column for column, _ in row.inputs]
    return [
        (first, second, f'(${letter(first)}${taught}="{LEVEL_WORDS[0]}")')
        for first, second in zip(columns[::2], columns[1::2], strict=True)
    ]


def missing_terms(sheet: IndicatorSheet) -> Iterator[str]:
    """Native formulas that add up to the sheet's number of unanswered inputs, by scoring's rule."""
    for row in sheet.answers:
        if not row.inputs or isinstance(row, SubjectRow):
            continue
        cells = [f"{letter(column)}{row.number}" for column, _ in row.inputs]
        if isinstance(row, ConditionRow):
            yield f"COUNTBLANK({cells[0]})"
            if row.about.resolvable:
                yield f'IF({cells[0]}="{YES_NO_WORDS["found"][0]}",COUNTBLANK({cells[1]}),0)'
        elif isinstance(row.about, Table):
            for a, b, taught in _pairs(sheet, row):
                yield f"IF({taught},COUNTBLANK({letter(a)}{row.number}:{letter(b)}{row.number}),0)"
        else:
            yield f"COUNTBLANK({cells[0]}:{cells[-1]})"
    for criterion in sheet.indicator.criteria:
        subjects = [row for row in sheet.rows if isinstance(row, SubjectRow) and row.about is criterion]
        if subjects:
            yield from _missing_in_tables(sheet, subjects)


def _missing_in_tables(sheet: IndicatorSheet, subjects: list[SubjectRow]) -> Iterator[str]:
    """A wholly blank table counts one; in others, half-filled pairs, and the blanks of tested subjects."""
    top, bottom = subjects[0].number, subjects[-1].number

    def span(first: int, last: int) -> str:
        return f"{letter(first)}{top}:{letter(last)}{bottom}"

    tables = [(taught, span(a, a), span(b, b), span(a, b)) for a, b, taught in _pairs(sheet, subjects[0])]
    held = "+".join(f'{taught}*(({a}<>"")+({b}<>""))' for taught, a, b, _ in tables)
    with_total = "+".join(f'{taught}*({b}<>"")' for taught, _, b, _ in tables)
    over_zero = "+".join(f'{taught}*({b}<>"")*({b}<>0)' for taught, _, b, _ in tables)
    tested = f"(({held})>0)*(1-(({with_total})>0)*(({over_zero})=0))"
    for taught, a, b, cells in tables:
        halves = f'--(({a}="")<>({b}=""))' if subjects[0].about.means else f'{tested}*(({a}="")+({b}=""))'
        yield f"IF({taught},IF(COUNTA({cells})=0,1,SUMPRODUCT({halves})),0)"


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
            yes, no = yes_no_words(given)
            return rule("list", f"เลือก {yes} หรือ {no}", formula1=f'"{yes},{no}"')
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
