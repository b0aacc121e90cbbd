"""One spelling for each identifier, so that two laboratories' values can be equal."""

import ipaddress
import unicodedata

LONGEST = 512


def canonical(kind: str, value: str) -> str:
    """The spelling that is matched; empty where the value says nothing.

    Addresses lose leading zeros and the IPv6 way of writing IPv4; domains and fingerprints their
    case and surrounding blanks, and domains also the last dot.
    """
    text = unicodedata.normalize("NFC", value).strip()
    if not text or len(text) > LONGEST:
        return ""
    if kind == "signup_ip":
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return ""
        mapped = getattr(address, "ipv4_mapped", None)
        return str(mapped or address)
    if kind == "email_domain":
        return text.rstrip(".").casefold()
    return text
