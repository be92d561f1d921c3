"""The name on a cover is the one that the roster has for its code."""

from __future__ import annotations

from collections.abc import Iterator

from qa_excel.checks.registry import DistrictFiles, check, code
from qa_excel.office.roster import plain_name
from qa_excel.problems import Problem
from qa_excel.reading.submission import Submission

NAME_DIFFERS = code(
    "roster.name_differs",
    "warning",
    "district",
    message=(
        "ชื่อสถานศึกษาไม่ตรงกับทะเบียน ซึ่งรหัส {school} คือ {name}",
        "The school's name is not the roster's; {school} is {name}",
    ),
    hint=("ตรวจทั้งรหัสและชื่อสถานศึกษา", "Check both the code and the name"),
    example=(
        "ชื่อที่กรอกสะกดต่างจากทะเบียนของเขต",
        "The name is spelt otherwise than on the district's roster",
    ),
)
NAME_OF_ANOTHER = code(
    "roster.name_of_another",
    "warning",
    "district",
    message=(
        "รหัสเป็นของ {name} ({school}) แต่ชื่อเป็นของสถานศึกษาอื่นในทะเบียน คือ {other_name} ({other})",
        "The code is that of {name} ({school}), the name that of another school on the roster, {other_name} ({other})",
    ),
    hint=(
        "แก้รหัสหรือชื่อให้เป็นของสถานศึกษาที่ส่งแฟ้ม มิฉะนั้นคะแนนจะนับให้สถานศึกษาอื่น",
        "Correct the code or the name: the points would count for another school",
    ),
    example=(
        "คัดลอกแฟ้มของโรงเรียนข้างเคียงมาแก้ชื่อ แต่ไม่ได้แก้รหัส",
        "A neighbour's file was copied and the name changed, but not the code",
    ),
)


@check("district", NAME_DIFFERS, NAME_OF_ANOTHER)
def check_names(district: DistrictFiles) -> Iterator[Problem]:
    """Compared without the word school, spaces and signs. What was typed is not shown, the roster's name is."""
    if district.roster is None:
        return
    for code_, files in district.schools.items():
        school = district.roster.find(code_)
        if school is None or not school.name:
            continue
        for submission in [result.submission for result in files]:
            name = _name(submission)
            if not name or name == plain_name(school.name):
                continue
            source = submission.source(("school", "name"))
            params = {"school": school.code, "name": school.name}
            others = district.roster.bearers(name)
            if len(others) == 1:
                (other,) = others
                params |= {"other": other.code, "other_name": other.name}
                yield Problem(NAME_OF_ANOTHER, source, "school.name × value", params)
            else:
                yield Problem(NAME_DIFFERS, source, "school.name × value", params)


def _name(submission: Submission) -> str:
    name = submission.data.get("school", {}).get("name")
    return plain_name(name) if isinstance(name, str) else ""
