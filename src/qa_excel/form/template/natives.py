"""Native formulas and validations: what Excel itself counts, checks and colours, without the add-in."""

from __future__ import annotations

from typing import Any

from qa_excel.form.layout import SubjectRow, yes_no_words
from qa_excel.kinds.native import Answer, by_year
from qa_excel.kinds.terms import Constant, Term, number_in, same, when
from qa_excel.rubric.inputs import Field
from qa_excel.rubric.model import Rubric
from qa_excel.thai.typed import YES_NO_WORDS

LEVEL_WORDS = YES_NO_WORDS["levels"]
NOT_STATED = "ยังไม่ระบุ"


def taught_term(answer: Answer) -> Term:
    """Whether a grade is taught, in the list's own words; an answer that the sheet can't read stays as it is."""
    yes, no = LEVEL_WORDS
    read = when(answer.unread, answer.raw, when(same(answer.number, 1), yes, no))
    return when(answer.blank, NOT_STATED, read)


def year_term(answer: Answer) -> Term:
    """The academic year (B.E.), nothing where none can be; what the sheet can't read stays as it is."""
    return when(answer.unread, answer.raw, when(same(answer.number, 0), "", answer.number))


def asked_in(rubric: Rubric, row: SubjectRow, year: Term) -> dict[str, Term]:
    """Grade → whether a subject counts at it, of the grades where that depends on the year."""
    terms: dict[str, Term] = {}
    for grade in rubric.grades:
        counts = row.about.years_of(rubric, grade.id, row.subject)
        asked = by_year(number_in(year), rubric.first_year, counts)
        if not isinstance(asked, Constant):
            terms[grade.id] = asked
    return terms


def never_asked(rubric: Rubric, row: SubjectRow) -> list[str]:
    """The grades at which a subject never counts."""
    return [grade.id for grade in rubric.grades if not row.about.ever_counts(rubric, grade.id, row.subject)]


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
