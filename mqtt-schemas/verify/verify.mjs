// Checks alerts of Watchpost boxes, one JSON per line on stdin, against the boxes' certificates or their authority's (PEM):
//   mosquitto_sub -V 5 -h broker -t 'ea/+/cam/+/alert' | node verify.mjs boxes.pem
// Answers one line each: {"valid":true,"box":"7F3A","seq":48211} or {"valid":false,"reason":"…"}. Node 18 or later, nothing else.
import { verify as verifySignature, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

/** RFC 8785. JavaScript's own spelling of numbers and strings is the canonical one; only the keys want sorting. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") {
    if (typeof value === "number" && !Number.isFinite(value)) throw new Error("a number beyond a double");
    return JSON.stringify(value);
  }
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

export function certificates(pem) {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((text) => new X509Certificate(text));
}

/** The certificate is among the trusted, or one of those that are vouches for it. Dates do not count: an alert proves itself for years. */
function isTrusted(certificate, issuers, trusted) {
  if (trusted.some((one) => one.raw.equals(certificate.raw))) return true;
  const vouches = (one) => one.ca && certificate.checkIssued(one) && certificate.verify(one.publicKey);
  if (trusted.some(vouches)) return true;
  const next = issuers.findIndex(vouches);
  return next >= 0 && isTrusted(issuers[next], issuers.slice(next + 1), trusted);
}

/** The alert and the serial number of the box that signed it; throws where anything is wrong. Use this alert, not the text. */
export function verify(text, trusted) {
  const { sig, ...alert } = JSON.parse(text);
  if (typeof sig !== "string") throw new Error("no signature");
  const [head, content, signature, ...rest] = sig.split(".");
  if (content !== "" || signature === undefined || rest.length > 0) throw new Error("not a detached JWS");

  const header = JSON.parse(Buffer.from(head, "base64url").toString("utf8"));
  if (header.alg !== "ES256" || header.typ !== "watchpost-alert+jws" || header.crit !== undefined) throw new Error("another kind of signature");
  const [certificate, ...issuers] = header.x5c.map((text) => new X509Certificate(Buffer.from(text, "base64")));
  if (!isTrusted(certificate, issuers, trusted)) throw new Error("a certificate that is not trusted");

  const input = Buffer.from(`${head}.${Buffer.from(canonical(alert), "utf8").toString("base64url")}`, "ascii");
  const key = { key: certificate.publicKey, dsaEncoding: "ieee-p1363" };
  if (!verifySignature("sha256", input, key, Buffer.from(signature, "base64url"))) throw new Error("the signature does not hold");
  return { box: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? "", alert };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const trusted = certificates(readFileSync(process.argv[2], "utf8"));
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const { box, alert } = verify(line, trusted);
      answer = { valid: true, box, seq: alert.seq };
    } catch (error) {
      answer = { valid: false, reason: error.message };
    }
    console.log(JSON.stringify(answer));
  }
}
