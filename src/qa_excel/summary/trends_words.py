"""What the sheets of trends say of themselves."""

from __future__ import annotations

from collections.abc import Sequence

from qa_excel.district.analysis import Measure
from qa_excel.district.trends import ERRORS, FALL, FEWEST, Trend, Trends
from qa_excel.files.book import Book
from qa_excel.kinds.outcome import half_up
from qa_excel.summary.parts import TRENDS, of_schools
from qa_excel.thai.words import counted

_NAMED = 6
"""So many measures that are not compared are named."""


def about_trends(book: Book, trends: Trends) -> str:
    """The editions, the years and the schools of the comparison."""
    now, before, say = trends.now.data, trends.before.data, book.say
    texts = []
    for rubric, year, old in ((now.rubric, now.year, before.year), (now.traces, now.iqa_year, before.iqa_year)):
        name = rubric.short.get(book.lang)
        texts.append(
            say(f"{name} ปี {year or '–'} เทียบกับปี {old or '–'}", f"{name} {year or '–'} against {old or '–'} (B.E.)")
        )
    new, gone = len(trends.new), len(trends.gone)
    texts.append(
        say(
            f"สถานศึกษาทั้งสองปี {trends.kept:,} แห่ง เพิ่งมีปีนี้ {new:,} แห่ง ไม่มีในปีนี้ {gone:,} แห่ง",
            f"{counted(trends.kept, 'school')} in both years, {new:,} new, {gone:,} gone",
        )
    )
    return " · ".join(texts)


def whole_rule(book: Book) -> str:
    return book.say(
        f"▼▼ ลดลงอย่างมีนัยสำคัญ = ค่าเฉลี่ยของการเปลี่ยนแปลงรายแห่งติดลบเกิน {ERRORS} เท่าของความคลาดเคลื่อนมาตรฐาน "
        f"และมีคะแนนทั้งสองปีอย่างน้อย {FEWEST} แห่ง คือลดลงมากและทั่วถึงจนไม่น่าเป็นเพราะคะแนนขึ้นลงตามปกติของแต่ละแห่ง",
        f"▼▼ Significant fall: the mean of the schools' own changes lies more than {ERRORS} standard errors below 0, "
        f"with at least {FEWEST} schools in both years: too much, and in too many, to be the usual ups and downs",
    )


def same_schools(book: Book) -> str:
    return book.say(
        "ผลตัดสินจากแห่งที่มีคะแนนทั้งสองปีเท่านั้น เปลี่ยนแปลง = ปีนี้ลบปีก่อนของแห่งเหล่านั้น คิดก่อนปัดเศษ · "
        "ค่าเฉลี่ยของทุกแห่งรวมแห่งที่มีคะแนนปีเดียว จึงอาจเปลี่ยนไปทางอื่น และไม่ใช้ตัดสิน",
        "The outcome rests on the schools with points in both years alone; the change is this year's mean less the "
        "other's, of these, before rounding. The means of all schools hold those of one year, too, so they may move "
        "another way and decide nothing",
    )


def unit_rule(book: Book, trends: Trends) -> str:
    """What a significant fall of a unit is, of which schools it is told, and of which rows the means are."""
    share = share_rule()
    if of_schools(trends.now):
        return book.say(
            f"▼▼ ลดลงอย่างมีนัยสำคัญ ของสถานศึกษาหนึ่ง = ลดลงตั้งแต่ร้อยละ {share} ของคะแนนเต็ม (สีเข้มสุด) ลดน้อยกว่านี้สีจางลง "
            "ไม่ลดเป็นสีขาว · ช่องสีเทา = เทียบไม่ได้ · แถวค่าเฉลี่ยคิดจากแห่งที่มีคะแนนทั้งสองปี",
            f"▼▼ Significant fall of a school: {share} % of the full points or more (darkest); less is lighter, none "
            "is white. Grey: can't be compared. The means are those of the schools with points in both years",
        )
    return book.say(
        f"▼▼ ลดลงอย่างมีนัยสำคัญ ของเขต = ลดลงตั้งแต่ร้อยละ {share} ของคะแนนเต็ม (สีเข้มสุด) หรือติดลบเกิน {ERRORS} "
        f"เท่าของความคลาดเคลื่อนมาตรฐาน (ตั้งแต่ {FEWEST} แห่ง) · คิดจากสถานศึกษาที่มีคะแนนทั้งสองปี · ช่องสีเทา = เทียบไม่ได้",
        f"▼▼ Significant fall of a district: {share} % of the full points or more (darkest), or more than {ERRORS} "
        f"standard errors below 0 ({FEWEST} schools or more), of its schools with points in both years. "
        "Grey: can't be compared",
    )


def share_rule() -> str:
    return f"{half_up(FALL * 100).normalize():f}"


def not_compared(book: Book, trends: Trends) -> str:
    """What is left out and why; empty where all is compared."""
    say, now = book.say, trends.now
    texts = []
    families = (
        (trends.points, now.score_measures, now.data.year, say("คะแนน", "points")),
        (trends.traces, (*now.processes, now.progress), now.data.iqa_year, say("ร่องรอย IQA", "IQA traces")),
    )
    for later, measures, year, words in families:
        left_out, rescored = trends.left_out(measures), trends.rescored(measures)
        if not later:
            why = say("ปีก่อนไม่ใช่ปีที่มาก่อนหน้า", "the other year is not an earlier one")
            if year is None:
                why = say("ปีนี้ไม่มีข้อมูล", "this year has no data")
            texts.append(say(f"{words}: {why}", f"{words}: {why}"))
            continue
        if left_out:
            named = _named(book, left_out)
            texts.append(
                say(f"{words}: {named} ต่างกันในเกณฑ์สองฉบับ", f"{words}: {named} differ between the two editions")
            )
        if rescored:
            named, versions = _named(book, rescored), (trends.before.data.rubric.version, now.data.rubric.version)
            why = "; ".join(change.told.get(book.lang) for change in trends.rule_changes)
            texts.append(
                say(
                    f"{words}: {named} เพราะสองปีคิดคะแนนตามกฎต่างกัน (เกณฑ์รุ่น {versions[0]} และ {versions[1]}: {why})",
                    f"{words}: {named}, scored by different rules in the two years (versions {versions[0]} and "
                    f"{versions[1]} of the rubric; {why})",
                )
            )
    return say("ไม่นำมาเทียบ ", "Not compared: ") + " · ".join(texts) if texts else ""


def units_left_out(book: Book, trends: Trends, measures: Sequence[Measure]) -> str:
    """Which of these the sheet of the units lacks, to stand behind its other words; empty where it has all."""
    lacking = [measure for measure in measures if not trends.compared(measure)]
    if not lacking:
        return ""
    # Points and traces stand in one line here: the total of each has a name of its own.
    named, sheet = _few(book, [_apart(book, measure) for measure in lacking]), TRENDS.get(book.lang)
    return book.say(
        f" · ไม่นำมาเทียบ: {named} (เหตุผลอยู่ในแผ่น {sheet})", f" · Not compared: {named} (see why on the sheet {sheet})"
    )


def _named(book: Book, measures: Sequence[Measure]) -> str:
    return _few(book, [measure.short.get(book.lang) for measure in measures])


def _few(book: Book, names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (book.say(f" และอีก {more} รายการ", f" and {more} more") if more > 0 else "")


def figures_compared(book: Book, trends: Trends) -> str:
    """That what was entered is compared also where its scores are not; empty where they are."""
    if not trends.rule_changes:
        return ""
    return book.say(
        "สองปีคิดคะแนนตามกฎต่างกัน แต่แผ่นนี้เทียบตัวเลขที่กรอก ไม่ใช่คะแนน เฉพาะกลุ่มสาระที่มีการทดสอบในปีนั้น · ",
        "The two years are scored by different rules; compared here are the figures entered, not points, in the "
        "subjects that each year's test has. ",
    )


def outcome(book: Book, trend: Trend) -> str:
    """What the mean change of the schools in both years says."""
    change, say = trend.paired.value, book.say
    if change is None:
        return say("เทียบไม่ได้", "can't be compared")
    if trend.paired.fell:
        return say("▼▼ ลดลงอย่างมีนัยสำคัญ", "▼▼ significant fall")
    if not change:
        return say("คงเดิม", "as before")
    words = say("สูงขึ้น", "higher") if change > 0 else say("ลดลง", "lower")
    few = trend.paired.count < FEWEST
    return words + (say(f" (ไม่ถึง {FEWEST} แห่ง)", f" (fewer than {FEWEST})") if few else "")


def named_measures(book: Book, measures: list[Measure]) -> str:
    """Their names in a line: of the areas after the first only the numbers."""
    names: list[str] = []
    last = None
    for measure in measures:
        names.append(str(measure.area) if measure.kind == last == "area" else _apart(book, measure))
        last = measure.kind
    return ", ".join(names)


def _apart(book: Book, measure: Measure) -> str:
    """A name that tells the whole of the traces from the total of the points."""
    return "IQA" if measure.kind == "progress" else measure.short.get(book.lang)
