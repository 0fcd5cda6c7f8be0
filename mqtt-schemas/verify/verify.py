"""Checks alerts of Watchpost boxes, one JSON per line on stdin, against the boxes' certificates or their authority's (PEM):
    mosquitto_sub -V 5 -h broker -t 'ea/+/cam/+/alert' | python3 verify.py boxes.pem
Answers one line each: {"valid": true, "box": "7F3A", "seq": 48211} or {"valid": false, "reason": "..."}.
Needs python3-cryptography (Debian 12: 38 or later)."""
import base64
import json
import math
import re
import sys

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils


def number(value):
    """As ECMAScript spells a double; Python finds the same shortest digits."""
    value = float(value)
    if not math.isfinite(value):
        raise ValueError("a number beyond a double")
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = int(exponent or 0) + len(whole) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    if -6 < point <= 21:
        text = "0." + "0" * -point + digits if point <= 0 else digits.ljust(point, "0")
        text = text if point <= 0 or point >= len(digits) else digits[:point] + "." + digits[point:]
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + "e%+d" % (point - 1)
    return "-" + text if value < 0 else text


def canonical(value):
    """RFC 8785."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def unique(pairs):
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key twice")
    return dict(pairs)


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def vouches(issuer, certificate):
    try:
        if not issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca or issuer.subject != certificate.issuer:
            return False
        issuer.public_key().verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(certificate.signature_hash_algorithm))
        return True
    except (x509.ExtensionNotFound, InvalidSignature):
        return False


def is_trusted(certificate, issuers, trusted):
    """Among the trusted, or one of those that are vouches for it. Dates do not count: an alert proves itself for years."""
    if certificate.public_bytes(serialization.Encoding.DER) in trusted or any(vouches(one, certificate) for one in trusted.values()):
        return True
    following = next((number for number, one in enumerate(issuers) if vouches(one, certificate)), None)
    return following is not None and is_trusted(issuers[following], issuers[following + 1:], trusted)


def verify(text, trusted):
    """The box that signed and its alert; raises where anything is wrong. Use this alert, not the text."""
    alert = json.loads(text, object_pairs_hook=unique)
    head, content, signature = alert.pop("sig").split(".")
    header = json.loads(decode(head))
    if content or header.get("alg") != "ES256" or header.get("typ") != "watchpost-alert+jws" or "crit" in header:
        raise ValueError("another kind of signature")
    certificate, *issuers = [x509.load_der_x509_certificate(base64.b64decode(one)) for one in header["x5c"]]
    if not is_trusted(certificate, issuers, trusted):
        raise ValueError("a certificate that is not trusted")
    raw = decode(signature)
    if len(raw) != 64:
        raise ValueError("the signature does not hold")
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    covered = head + "." + base64.urlsafe_b64encode(canonical(alert).encode()).decode().rstrip("=")
    try:
        certificate.public_key().verify(der, covered.encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise ValueError("the signature does not hold") from None
    return certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value, alert


def certificates(pem):
    found = map(x509.load_pem_x509_certificate, re.findall(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----", pem))
    return {certificate.public_bytes(serialization.Encoding.DER): certificate for certificate in found}


if __name__ == "__main__":
    boxes = certificates(open(sys.argv[1], "rb").read())
    for line in sys.stdin:
        try:
            signer, body = verify(line, boxes)
            print(json.dumps({"valid": True, "box": signer, "seq": body["seq"]}), flush=True)
        except Exception as error:  # whatever is wrong with a line, it proves nothing
            print(json.dumps({"valid": False, "reason": str(error) or type(error).__name__}), flush=True)
