// Reads ../asyncapi.yaml with AsyncAPI's own parser; one line per check. Exits 1 where one fails.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Parser } from "@asyncapi/parser";
import { load } from "js-yaml";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const text = readFileSync(join(root, "asyncapi.yaml"), "utf8");
const { messages } = JSON.parse(readFileSync(join(root, "index.json"), "utf8"));
let failed = 0;
const check = (name, good, detail = "") => {
  console.log(`${good ? "ok  " : "FAIL"} ${name}${good ? "" : ": " + detail}`);
  failed += good ? 0 : 1;
};

check("asyncapi.yaml and asyncapi.json say the same", isDeepStrictEqual(load(text), JSON.parse(readFileSync(join(root, "asyncapi.json"), "utf8"))));
const { document, diagnostics } = await new Parser().parse(text);
const errors = diagnostics.filter((one) => one.severity === 0).map((one) => `${one.path.join("/")}: ${one.message}`);
check("the parser finds no error", document !== undefined && errors.length === 0, errors.join("\n  "));
const addresses = new Set(document?.channels().all().map((channel) => channel.address()));
const missing = messages.filter((message) => !addresses.has(message.topic)).map((message) => message.topic);
check("every topic of index.json is a channel", missing.length === 0, missing.join(", "));
const bare = document?.operations().all().filter((operation) => {
  const mqtt = operation.bindings().get("mqtt")?.value();
  return mqtt?.qos === undefined || mqtt?.retain === undefined;
}).map((operation) => operation.id()) ?? ["none"];
check("every operation says QoS and retain", bare.length === 0, bare.join(", "));
const retainedAlerts = document?.operations().all().filter((operation) => /alert|review|face$|line|object/.test(operation.id())
  && operation.bindings().get("mqtt")?.value()?.retain).map((operation) => operation.id()) ?? ["none"];
check("no alert is retained", retainedAlerts.length === 0, retainedAlerts.join(", "));
console.log(`${5 - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed ? 1 : 0);
