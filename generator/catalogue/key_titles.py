"""What a field is called that has no title: by the words of its key."""

import re

_PARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+")
_SHORT = re.compile(
    r"api|ascii|css|csv|dns|eta|faq|gps|html|https?|id|imei|ip|iso|json|jwt|os|pdf|pin|png|po|qq|qr|sdk|sim|sku|sla|sms"
    r"|sql|ssh|ssl|svg|tls|tv|ui|uri|url|usb|utc|uuid|vat|vin|vip|vpn|xlsx|xml|yaml",
    re.IGNORECASE,
)
"""Words that are spelt in capitals."""


def title_of_key(key: str) -> str:
    """Return a key as a title: contactUrl is Contact URL."""
    plain = _PARTS.sub(" ", key).strip().capitalize()
    return " ".join(word.upper() if _SHORT.fullmatch(word) else word for word in plain.split(" "))
