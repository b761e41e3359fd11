"""A month's summary of five million issues: the whole command, from Parquet and from CSV, in a process of its own."""

import multiprocessing
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Contender, Options, Result, Run, count_shown, limit_line, markdown, once, shown

WANTED_SECONDS, WANTED_MEMORY = 10.0, 1536.0
ROWS, QUICK_ROWS = 5_000_000, 20_000
MONTH = "2024-05"
FORMATS = ("parquet", "csv")

_FIELDS = """
    'WT' || strftime(reported_at, '%Y%m%d') || '-' || printf('%07d', n) AS "问题编号",
    list_value('澜州', '云浦', '江澄')[1 + u1 % 3] || '第' || (u1 % 9973)::VARCHAR || '商贸有限公司' AS "客户名称",
    list_value('技术故障/数据同步', '技术故障/登录认证', '功能故障/报表导出', '产品咨询/功能使用', '售后申请/设备维修',
        '服务投诉/物流延误', '建议反馈/功能建议')[1 + u2 % 7] AS "问题类型",
    list_value('订单系统', '库存系统', '会员系统', '结算系统')[1 + u3 % 4] || '数据同步延迟，'
        || list_value('华东仓', '华南仓', '总部', '城南门店')[1 + u4 % 4] || '的单据约 ' || (u5 % 2000)::VARCHAR
        || ' 分钟后才能查到。' AS "问题描述",
    CASE WHEN u6 % 25 > 0 THEN list_value('P0', 'P1', 'P1', 'P2', 'P2')[1 + u6 % 5] END AS "优先级",
    list_value('高', '中', '中', '低')[1 + u7 % 4] AS "紧急程度",
    CASE WHEN u1 % 33 > 0 THEN list_value('电话', '在线平台', '邮件', '企业微信', '现场接待')[1 + u8 % 5] END AS "渠道",
    reported_at AS "反馈时间",
    CASE WHEN u2 % 30 > 0 THEN reported_at + to_minutes(u2 % 400) END AS "响应时间",
    list_value('技术部', '产品部', '客服部', '物流部', '财务部', '售后部')[1 + u3 % 6] AS "责任部门",
    list_value('王强', '李航', '陈静', '刘洋', '赵倩', '张勇', '欧阳晴')[1 + u4 % 7] AS "负责人",
    CASE WHEN u5 % 16 > 0 THEN '原因' || (u5 % 40)::VARCHAR || '：映射未更新' END AS "分析结果",
    '更新字段映射' AS "解决方案",
    CASE WHEN u6 % 17 > 0 THEN reported_at + to_hours(24 + u6 % 48) END AS "计划完成时间",
    CASE WHEN u7 % 20 > 0 THEN reported_at + to_minutes(u7 % 4000) END AS "实际完成时间",
    CASE WHEN u7 % 20 > 0 THEN '已关闭' ELSE '处理中' END AS "状态",
    CASE WHEN u8 % 5 < 2 THEN 1 + u8 % 5 + u1 % 3 END AS "满意度"
"""
"""Columns as a desk's list has them, by their titles; `u1` to `u8` are numbers that look like chance."""

_ISSUES = f"""
    SELECT {_FIELDS} FROM (
        SELECT n, {", ".join(f"(hash(n + {salt}000000000) >> 8)::BIGINT AS u{salt}" for salt in range(1, 9))},
            date_trunc('minute', TIMESTAMP '2024-04-01' + to_seconds((n * 5270400.0 / $rows)::BIGINT)) AS reported_at
        FROM range($rows) AS numbers(n)
    )
"""  # noqa: S608  # nothing but our own text


def make_source(path: Path, rows: int) -> None:
    """Write so many issues of two months, half of them of the last; by DuckDB itself, for that is quick."""
    import duckdb

    options = "FORMAT parquet" if path.suffix == ".parquet" else "HEADER, TIMESTAMPFORMAT '%Y-%m-%d %H:%M'"
    with duckdb.connect() as base:
        base.execute("SET enable_progress_bar = false")
        base.execute(f"COPY ({_ISSUES.replace('$rows', str(rows))}) TO '{path}' ({options})")


def summarised(source: Path) -> Run:
    """Compute and write the summary by the command; return the bytes of the source."""
    made = source.with_suffix(".docx")

    def run(n: int) -> int:
        words = ["summary", MONTH, str(source), "-o", str(made), "--force"]
        subprocess.run([sys.executable, "-m", "generator", *words], stdout=subprocess.DEVNULL, check=True)
        return source.stat().st_size

    return run


def _measured(folder: Path, format: str, rows: int) -> Result:
    source = folder / f"issues.{format}"
    # in a process of its own: the memory of those that start a process counts as that of the process
    maker = multiprocessing.get_context("spawn").Process(target=make_source, args=(source, rows))
    maker.start()
    maker.join()
    if maker.exitcode:
        return Result(format, absent="the source couldn't be made")
    return once(Contender(format, summarised, (source,), children=True))


def main(options: Options) -> None:
    """Print time and memory by format of the source."""
    rows = QUICK_ROWS if options.quick else ROWS
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        results = [_measured(Path(folder), format, rows) for format in FORMATS]
    print(f"The summary of a month, as DOCX: {count_shown(rows)} issues of two months, 17 columns.\n")
    lines = [_line(result, rows) for result in results]
    print(markdown(["source", "time", "issues a second", "peak MiB", "bytes"], lines) + "\n")
    for result in results:
        if result.times:
            print(limit_line(f"summary from {result.name}", result.median, WANTED_SECONDS))
            print(limit_line(f"peak memory of a summary from {result.name}", result.memory, WANTED_MEMORY, "MiB"))


def _line(result: Result, rows: int) -> list[str]:
    if not result.times:
        return [f"{result.name}: {result.absent}", *["–"] * 4]
    speed = count_shown(rows / result.median)
    return [result.name, shown(result.median), speed, f"{result.memory:.0f}", count_shown(result.size)]
