// Answers one line per line: {"schema":"native/alert.schema.json","instance":…} → {"valid":true} or {"valid":false,"errors":"…"}.
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true, allowUnionTypes: true });
addFormats(ajv);

const byFile = new Map();
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
  const path = relative(root, join(entry.parentPath ?? entry.path, entry.name));
  if (entry.name.endsWith(".schema.json") && !/^(check|asyncapi)\//.test(path)) {
    const schema = JSON.parse(readFileSync(join(root, path), "utf8"));
    ajv.addSchema(schema);
    byFile.set(path, schema.$id);
  }
}
for (const id of byFile.values()) ajv.getSchema(id);

console.log(JSON.stringify({ ready: [...byFile.keys()].sort() }));
for await (const line of createInterface({ input: process.stdin })) {
  let answer;
  try {
    const { schema, instance } = JSON.parse(line);
    const validate = ajv.getSchema(byFile.get(schema) ?? schema);
    answer = !validate
      ? { valid: false, errors: `no schema ${schema}` }
      : validate(instance)
        ? { valid: true }
        : { valid: false, errors: ajv.errorsText(validate.errors) };
  } catch (error) {
    answer = { valid: false, errors: String(error) };
  }
  console.log(JSON.stringify(answer));
}
