"""What people type into the forms, box by box, and the record that must be read back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from generator.api import blank, make_job, read, to_bytes
from generator.catalogue import Catalogue, Form
from generator.catalogue.form import FieldSpec
from generator.errors import pointer_key
from generator.records.filled.labels import labels_of

CATALOGUE = Catalogue()


@dataclass(frozen=True)
class Typed:
    """A form, the language of its paper, and what is typed in: texts by pointer, lists where several are ticked."""

    form_id: str
    lang: str
    boxes: Mapping[str, str | list[str]]

    def __str__(self) -> str:
        return f"{self.form_id}-{self.lang}"

    @cached_property
    def form(self) -> Form:
        return CATALOGUE.form(self.form_id)

    def blank(self, format: str) -> bytes:
        """Return the form as it is before anything is typed."""
        return blank(self.form, format, lang=self.lang, fillable=True, catalogue=CATALOGUE)

    def filled(self, folder: Path, format: str) -> bytes:
        """Return the form with the answers in it already, to be gone on with."""
        return self.made_of(self.json(folder), format)

    def made_of(self, record: Path, format: str) -> bytes:
        """Return the form with the answers of a record in it."""
        job = make_job(self.form, lang=self.lang, fillable=True, catalogue=CATALOGUE)
        documents = list(job.documents(job.open(str(record))))
        assert documents[0].document is not None
        return to_bytes(documents[0].document, format)

    def without(self, character: str) -> "Typed":
        """Return the same answers with another character in place of one."""
        boxes = {
            pointer: answer.replace(character, "兰") if isinstance(answer, str) else answer
            for pointer, answer in self.boxes.items()
        }
        return replace(self, boxes=boxes)

    def spec(self, pointer: str) -> FieldSpec:
        """Return the field of a box."""
        spec = self.form.spec_at(pointer)
        assert spec is not None, pointer
        return spec

    def labels(self, pointer: str) -> list[str]:
        """Return the labels of a field's choices."""
        return list(labels_of(self.spec(pointer), self.lang))

    def values(self, pointer: str) -> list[object]:
        """Return the values of a field's choices."""
        return [choice.value for choice in self.spec(pointer).choices] or [True, False]

    def chosen(self, pointer: str) -> list[int]:
        """Return the numbers of the choices that are ticked in a box, from 1."""
        answer = self.boxes[pointer]
        return [self.labels(pointer).index(label) + 1 for label in ([answer] if isinstance(answer, str) else answer)]

    def wanted(self, folder: Path, more: Mapping[str, str] | None = None) -> Any:
        """Return the record that the same answers give as JSON, and what is wrong with it; `more`: answers besides."""
        job = make_job(self.form, catalogue=CATALOGUE)
        pipeline, source = job.pipeline, job.open(str(self.json(folder, more or {})))
        judged = list(pipeline.judged(source))
        if self.form.is_table:
            return {**pipeline.head(source).data, "rows": [row.data for row in judged]}, [
                code for row in judged for code in _codes(row.faults)
            ]
        return judged[0].data, list(_codes(judged[0].faults))

    def json(self, folder: Path, more: Mapping[str, str] = MappingProxyType({})) -> Path:
        """Write the answers as a record, and return its path."""
        path = folder / f"{self}.json"
        path.write_text(json.dumps(self._record({**self.boxes, **more})), encoding="utf-8")
        return path

    def _record(self, boxes: Mapping[str, str | list[str]]) -> dict[str, Any]:
        record: dict[str, Any] = {}
        for pointer, answer in boxes.items():
            at: Any = record
            *above, last = pointer.split("/")[1:]
            for n, step in enumerate(above, 1):
                if step.isdigit():
                    at += [{} for _ in range(int(step) + 1 - len(at))]
                    at = at[int(step)]
                else:
                    at = at.setdefault(pointer_key(step), self._preset("/" + "/".join(above[:n])))
            at[pointer_key(last)] = answer
        return record

    def _preset(self, pointer: str) -> Any:
        """Return what stands in a part of the paper already: the rows that it presets."""
        spec = self.spec(pointer)
        return [dict(row) for row in spec.default or ()] if spec.shape == "repeat" else {}


def _codes(faults: Any) -> Iterator[str]:
    return (fault.code for fault in faults)


def returned(path: Path) -> tuple[Any, list[str]]:
    """Return the record that is read of a filled document, and what is wrong with it."""
    found = next(iter(read([path], catalogue=CATALOGUE)))
    return found.record, list(_codes(found.faults))


REVIEW = Typed(
    "transaction-review",
    "zh-Hans",
    {
        "/basic/customer_no": "00020200611032",
        "/basic/checked_on": "2024-05-13",
        "/basic/trigger_rules": ["频繁大额转账", "非工作时间"],
        "/transactions/0/time": "2024-05-11 23:42",
        "/transactions/0/amount": "198000",
        "/transactions/0/counterparty": "110105194912310021",
        "/transactions/0/region": "广东深圳",
        "/transactions/1/time": "2024-05-12 00:17",
        "/transactions/1/amount": "199500.5",
        "/transactions/1/counterparty": "蓝鲸贸易商行（个体）",
        "/transactions/1/region": "福建泉州",
        "/findings/occupation_check": "登记职业为个体经营，经营五金批发。\n本次转出额明显高于日常。",
        "/findings/funds_check": "尚未提供合同与发票。",
        "/findings/account_frozen": "是",
        "/findings/aml_reported": "是",
        "/contacts/0/time": "2024-05-13 09:30",
        "/contacts/0/channel": "电话",
        "/contacts/0/person": "韩𠮷梅",
        "/contacts/0/content": "核实转账由本人发起，请其补充购销合同。",
        "/review/review_opinion": "同意维持冻结并上报。",
        "/review/handler": "李明",
        "/review/reviewer": "周敏",
        "/review/reviewed_at": "2024年5月13日 17时30分",
    },
)

CHECKLIST = Typed(
    "troubleshooting-checklist",
    "zh-Hant",
    {
        "/basic/customer_no": "000C20240501001",
        "/basic/customer_person": "張三豐",
        "/basic/contact": "013856785678",
        "/basic/service_type": "技術支援",
        "/basic/scenario": "既有客戶維護",
        "/basic/entered_by": "陳靜",
        "/basic/entering_department": "客戶服務部",
        "/basic/entered_at": "2024-05-01 14:36",
        "/problem/symptom": "登錄手機應用後提示「網絡異常」。\n網頁端可正常登錄。",
        "/problem/reproduction_steps": "打開應用\n點擊「登錄」\n頁面彈出提示",
        "/problem/frequency": "每次",
        "/problem/priority": "P1",
        "/problem/affected_users": "320",
        "/steps/0/result": "正常",
        "/steps/0/note": "身份與登記一致",
        "/steps/3/result": "異常",
        "/steps/3/handler": "李明",
        "/steps/3/handled_at": "2024-05-01 15:20",
        "/solution/interim/measure": "引導客戶暫用網頁端",
        "/solution/long_term/0/measure": "證書更換納入發布檢查單",
        "/solution/long_term/0/responsible": "李明",
        "/solution/long_term/0/due": "2024-05-10 12:00",
        "/evidence/attachments": ["錯誤日誌截圖", "系統錯誤代碼"],
        "/coordination/coordinator": "李明",
        "/contacts/0/time": "2024-05-01 14:50",
        "/contacts/0/person": "張先生",
        "/contacts/0/content": "確認現象與出現時間。",
    },
)

REPORT = Typed(
    "closure-report",
    "zh-Hans",
    {
        "/report_no": "BG20231017-001",
        "/issue_no": "0016",
        "/customer_name": "甲公司（华东）",
        "/problem_summary": "系统数据同步延迟。\n客户无法据此安排发货。",
        "/priority": "P1",
        "/reported_at": "2023-10-16 09:00",
        "/responded_at": "2023-10-16 09:12",
        "/closed_at": "2023-10-17 16:00",
        "/log/0/time": "2023-10-16 09:12",
        "/log/0/stage": "受理登记",
        "/log/0/handler": "陈静",
        "/log/0/content": "登记问题，判定优先级。",
        "/log/1/time": "2023-10-17 16:00",
        "/log/1/stage": "验证关闭",
        "/log/1/handler": "王强",
        "/log/1/content": "客户同意关闭。",
        "/root_cause": "同步服务逐条提交。",
        "/temporary_measure": "暂停非必要的报表任务。",
        "/solution": "同步改为批量提交。",
        "/result": "连续四小时监测正常。",
        "/prevention": "大型活动前一周完成容量评估。",
        "/confirmation/decision": "同意关闭",
        "/confirmation/opinion": "处理及时。",
        "/confirmation/signed_by": "赵倩",
        "/confirmation/signed_on": "2023-10-17",
    },
)

SURVEY = Typed(
    "satisfaction-survey",
    "en",
    {
        "/customer_no": "C20220415009",
        "/customer_name": "Green Oasis Supermarkets Ltd (绿洲连锁超市)",
        "/filled_on": "2024-06-20",
        "/customer_level": "Core",
        "/product_quality": "5",
        "/service_response": "4",
        "/service_attitude": "5",
        "/cooperation": "3",
        "/overall": "4",
        "/nps": "9",
        "/most_satisfied": "Engineers leave their name and number.\nWhoever takes over knows the matter.",
        "/most_to_improve": "Waiting times at the end of a month.",
        "/would_recommend": "Yes",
    },
)

REGISTER = Typed(
    "kpi-tracker",
    "zh-Hans",
    {
        "/compiled_by": "陈静",
        "/reviewed_by": "周敏",
        "/compiled_on": "2024-06-05",
        "/rows/0/month": "2024-05",
        "/rows/0/indicator": "平均响应时长",
        "/rows/0/goal": "5",
        "/rows/0/actual": "4.6",
        "/rows/0/responsible": "李明",
        "/rows/0/note": "分钟；较上月缩短",
        "/rows/1/month": "2024-05",
        "/rows/1/indicator": "弃呼率",
        "/rows/1/goal": "5",
        "/rows/1/actual": "6.25",
        "/rows/1/responsible": "刘洋",
        "/rows/1/note": "夜间两席，高峰排队较长",
    },
)

ALL = (REVIEW, CHECKLIST, REPORT, SURVEY, REGISTER)
"""A checklist with boxes of every kind in each Chinese script, a report, a survey with scales, a register."""
