"""What the title of a place to fill in tells of it, where nothing else does."""

import re

from generator.importing import evidence
from generator.importing.draft import Schema

_DATE = re.compile(r"日期|出生年月日|\bdate\b", re.IGNORECASE)
_MONTH = re.compile(r"年月$|月份$|\bmonth$", re.IGNORECASE)
_MOMENT = re.compile(r"时间$|時間$|\bat$", re.IGNORECASE)
_MONEY = re.compile(r"金额|价款|费用|单价|总价|合计金额|\bamount\b|\bprice\b|\bcost\b", re.IGNORECASE)
_COUNT = re.compile(r"数量|件数|人数|份数|次数|\bquantity\b|number of", re.IGNORECASE)


def by_title(label: str) -> Schema | None:
    """Return what a title tells that a value is: personal, a day, an amount, a count; None where it tells nothing."""
    if sort := evidence.personal_by_title(label):
        return {"type": "string", "x-sensitive": sort}
    if _MONTH.search(label):
        return {"type": "string", "x-control": "month", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}
    if _DATE.search(label):
        return {"type": "string", "format": "date"}
    if _MONEY.search(label) and "大写" not in label:
        return {"type": "number", "x-unit": "yuan"}
    if _COUNT.search(label):
        return {"type": "integer"}
    if _MOMENT.search(label):
        return {"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}
    return None
