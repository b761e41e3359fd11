"""Words of each format, which changes insert: its marks, and those that have harmed readers of their kind."""

from tests.trials.fuzzing.changes import NUMBERS, Tokens
from tests.trials.fuzzing.seeds import CANARY

JSON: Tokens = [
    b'"\\ud800"', b'"\\udc00\\ud800"', b"\\u0000", b"NaN", b"-Infinity", b"1e400", b"1E+999999999", b"[[[[", b"]]]]",
    b"{", b"}",
    b'"a":1,"a":2,', b"\xef\xbb\xbf", b"\xff\xfe", b"//", b"/*", b"\\", b'"', b",", b":", b"null", b"\x00", b"'",
    b"\xed\xa0\x80", b'"$schema":"urn:biaodan:case",', b'"rows":', CANARY.encode(), *(n.encode() for n in NUMBERS),
]  # fmt: skip
CSV: Tokens = [
    b'"', b'""', b'"\n"', b",", b";", b"\t", b"\r", b"\n", b"\r\n", b"\0", b"\xff", b"\xff\xfe", b"\xef\xbb\xbf",
    b"\x81\x30\x81\x30", b"\xa3\xa1", b"," * 3000, b"\n" * 3000, b"=1+1", CANARY.encode(), "客户名称".encode(),
    "客户名称".encode("gb18030"),
]  # fmt: skip
XML: Tokens = [
    b"<", b">", b"</", b"/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#xD800;", b"&#x10FFFF;",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml version='1.1' encoding='utf-16'?>", b'r="XFD1048576"', b'r="A0"',
    b'r="AAAA1"', b't="s"', b't="e"', b't="d"', b't="inlineStr"', b't="b"', b"<f>1+1</f>",
    b'<f t="shared" si="0" ref="A1:Z99"/>', b"<v>", b"</v>", b"<v>1e999</v>", b"<row>",
    b'<c r="B2" t="s"><v>99999999999</v></c>', b'<mergeCell ref="A1:XFD1048576"/>', b's="4294967295"',
    b'count="1000000000000"', b'date1904="1"', b'Target="../../../etc/passwd"', b'Target="http://localhost/x"',
    b'TargetMode="External"', b'r:id="rId999"', b"_x000D_", b"_xD800_", b'xml:space="preserve"',
    b'state="veryHidden"', b'numFmtId="14"', b'formatCode="[h]:mm"', CANARY.encode(),
]  # fmt: skip
PARQUET: Tokens = [
    b"PAR1",
    b"PARE",
    b"\x15\x00",
    b"\x19\x1c",
    b"\xff\xff\xff\xff\x0f",
    b"\x00" * 8,
    b"\x80" * 10,
    b"schema",
    b"\x1c",
]
SQLITE: Tokens = [
    b"SQLite format 3\0", b"CREATE TABLE t(a)", b"CREATE VIEW t AS SELECT load_extension('x')", b"WITHOUT ROWID",
    b"\x0d", b"\x05", b"\x0a", b"\xff" * 9, b"GENERATED ALWAYS AS (randomblob(1e9))", b"sqlite_master", b"CHECK",
    CANARY.encode(), b"\x00\x00\x00\x02",
]  # fmt: skip
SCHEMA: Tokens = [
    *JSON, b'"$ref":"#",', b'"$ref":"#/properties",', b'"$ref":"http://a/",', b'"pattern":"^(a+)+$",',
    b'"pattern":"[",', b'"enum":[],', b'"type":"array",', b'"type":["string","null"],', b'"x-when":"1",',
    b'"x-derive":{"value":"a"},', b'"x-check":[],', b'"minimum":1e9,', b'"x-control":"rating",', b'"$defs":{},',
    b'"items":true,', b'"properties":[],', b'"title":"",', b'"maxLength":-1,', b'"x-form":{},',
]  # fmt: skip
TEMPLATE: Tokens = [
    b"{{", b"}}", b"{%", b"%}", b"{#", b"#}", b"{% for a in raw %}", b"{% endfor %}", b"{% if x %}", b"{% endif %}",
    b"{{ raw }}", b"{% raw %}", b"{{ fields('a') }}", b"{{ ''.__class__.__mro__ }}", b"{{ 'x' * 10**9 }}",
    b"{{ range(10**9)|list }}", b"{% include 'a' %}", b"{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    b"{% set x = 1 %}", b"|upper", b"|join(raw)", b"<table>", b"</p>", b"<p>", b"<h1>", b"<!DOCTYPE a>", b"&nbsp;",
    b"<script>", b"<img src='file:///etc/passwd'>", b"{{ 1/0 }}", b"{{ table('x') }}", b"{{ prose(raw) }}",
    b"{{ '%s' % raw }}", b"{{ '{0.__class__}'.format(1) }}", b"{% extends 'a' %}", b"{{ cycler }}", b"{{ 9**9**9 }}",
    b"\xff",
]  # fmt: skip
TOML: Tokens = [
    b"[page]", b"[[page]]", b"=", b'"', b"'''", b"nan", b"inf", b"-inf", b"0x", b"1979-05-27", b"true", b"[", b"]",
    b"{}", b"{a=1}", b"[size]\n", b"0.0", b"-1.0", b"1e308", b"1e-300", b"\xff", b'"\\u0000"', b'"\\uD800"',
    b"a.b.c = 1\n", b"00112233", b'"#123456"', b'""', b"[]",
]  # fmt: skip
POLICY: Tokens = [
    *JSON,
    b'"24:00"',
    b'"0000-01-01"',
    b'"2024-02-30"',
    b'"Europe/../../x"',
    b'"month"',
    b'"urn:biaodan:policy:masking"',
]
