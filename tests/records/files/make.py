"""Makes kinds.xls and kinds.ods: python make.py FOLDER, then there, by LibreOffice, for each of xls and ods:

soffice --headless --convert-to xls kinds.xlsx
"""

import sys
from datetime import date, datetime, time
from pathlib import Path

import openpyxl

ROWS = [
    ("甲1", 1.5, 0.25, date(2024, 5, 1), datetime(2024, 5, 1, 14, 30), "多\n行", True, 42),
    ("甲2", -2, 0.5, date(2024, 5, 2), datetime(2024, 5, 2, 9, 0, 5), "b", False, 7),
    ("甲3", "=1/0", "=B2*2", time(9, 30), "=B2>1", '="x"&"y"', None, None),
]
FORMATS = [
    {"C": "0%", "D": "yyyy/m/d", "E": "yyyy/m/d h:mm", "H": '"WT"0000'},
    {"C": "0.0%", "D": 'yyyy"年"m"月"d"日"', "E": "yyyy/m/d h:mm:ss", "H": '"WT"0000'},
    {"D": "h:mm"},
]

if __name__ == "__main__":
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "数据"
    sheet.append(["编号", "数", "百分", "日期", "时刻", "文本", "布尔", "编码"])
    for number, (row, formats) in enumerate(zip(ROWS, FORMATS, strict=True), 2):
        sheet.append(row)
        for column, code in formats.items():
            sheet[f"{column}{number}"].number_format = code
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("隐藏").append(["编号"])
    book["隐藏"].sheet_state = "veryHidden"
    book.save(Path(sys.argv[1]) / "kinds.xlsx")
