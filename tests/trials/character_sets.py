"""The characters of GB 18030-2022, levels 1 and 2, and of CNS 11643, planes 1 and 2, from what Python knows of them."""

import unicodedata
from collections.abc import Iterator

RARE_IN_NAMES = (
    "𠅤𠙶𠳐𡎚𡐓𣗋𣲗𣲘𣸣𤧛𤩽𤫉𥔲𥕢𥖨𥻗𦈡𦒍𦙶𦝼𦭜𦰡𧿹𨐈𨙸𨚕𨟠𨭉𨱇𨱏𨱑𨱔𨺙𩽾𩾃𩾌𪟝𪣻𪤗𪨰𪨶𪩘𪾢𫄧𫄨𫄷𫄸𫇭𫌀"
    "𫍣𫍯𫍲𫍽𫐄𫐐𫐓𫑡𫓧𫓯𫓶𫓹𫔍𫔎𫔶𫖮𫖯𫖳𫗧𫗴𫘜𫘝𫘦𫘧𫘨𫘪𫘬𫚕𫚖𫚭𫛭𫞩𫟅𫟦𫟹𫟼𫠆𫠊𫠜𫢸𫫇𫭟𫭢𫭼𫮃𫰛𫵷𫶇𫷷"
    "𫸩𬀩𬀪𬂩𬃊𬇕𬇙𬇹𬉼𬊈𬊤𬌗𬍛𬍡𬍤𬒈𬒔𬒗𬕂𬘓𬘘𬘡𬘩𬘫𬘬𬘭𬘯𬙂𬙊𬙋𬜬𬜯𬞟𬟁𬟽𬣙𬣞𬣡𬣳𬤇𬤊𬤝𬨂𬨎𬩽𬪩𬬩𬬭𬬮"
    "𬬱𬬸𬬹𬬻𬬿𬭁𬭊𬭎𬭚𬭛𬭤𬭩𬭬𬭯𬭳𬭶𬭸𬭼𬮱𬮿𬯀𬯎𬱖𬱟𬳵𬳶𬳽𬳿𬴂𬴃𬴊𬶋𬶍𬶏𬶐𬶟𬶠𬶨𬶭𬶮𬷕𬸘𬸚𬸣𬸦𬸪𬹼𬺈𬺓"
)
"""The 196 characters of 《通用规范汉字表》 (2013) beyond Unicode's first plane, which level 2 adds to level 1."""


def gb18030() -> list[str]:
    """Return the characters of GB 18030-2022, levels 1 and 2, in the order of Unicode.

    The Han characters of level 1 are the 27,584 of U+3400–4DBF and U+4E00–9FFF. With them go all that the codec has in
    one and two bytes: signs, letters, kana, Zhuyin, radicals, compatibility characters, and what once was private use.
    """
    ideographs = [chr(point) for start, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000)) for point in range(start, end)]
    return sorted({*ideographs, *RARE_IN_NAMES, *_of_codec("gb18030", 0x40)})


def cns11643() -> list[str]:
    """Return the characters of CNS 11643, planes 1 and 2, in the order of Unicode.

    The Han characters are those of Big5, whose two levels (5,401 and 7,652) the planes took over. Of the signs of
    plane 1 Big5 has most; the radicals of Kangxi and the signs for controls are added as the blocks of Unicode.
    """
    more = [chr(point) for start, end in ((0x2F00, 0x2FD6), (0x2400, 0x2422)) for point in range(start, end)]
    return sorted({*_of_codec("big5", 0x40), *_of_codec("cp950", 0x40), *more})


def _of_codec(codec: str, first: int) -> Iterator[str]:
    """Yield the visible characters that a codec has in two bytes."""
    for lead in range(0x81, 0xFF):
        for trail in range(first, 0xFF):
            text = bytes((lead, trail)).decode(codec, errors="ignore")
            if len(text) == 1 and is_visible(text) and not text.isascii():
                yield text


def is_visible(character: str) -> bool:
    """Tell whether a character has something to draw: blanks, formats and what Unicode hasn't assigned have nothing."""
    return unicodedata.category(character)[0] not in "ZC" or unicodedata.category(character) == "Co"


def block(character: str) -> str:
    """Return the block of a character, as far as the figures tell blocks apart."""
    return next(name for start, name in reversed(_BLOCKS) if ord(character) >= start)


_BLOCKS = (
    (0, "letters and signs below U+2000"),
    (0x2000, "signs U+2000–2E7F"),
    (0x2E80, "radicals U+2E80–2FFF"),
    (0x3000, "kana, Zhuyin and signs U+3000–33FF"),
    (0x3400, "Han, extension A"),
    (0x4DC0, "hexagrams"),
    (0x4E00, "Han"),
    (0xA000, "others U+A000–DFFF"),
    (0xE000, "private use"),
    (0xF900, "Han for compatibility"),
    (0xFB00, "forms for compatibility"),
    (0x20000, "Han, extensions B and on"),
)
