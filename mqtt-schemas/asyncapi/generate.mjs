// Writes ../asyncapi.yaml and ../asyncapi.json from ../index.json and the schemas it names. With --check it writes nothing and fails
// where the files are not what it would write. Needs node alone.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const read = (path) => JSON.parse(readFileSync(join(root, path), "utf8"));
const { messages } = read("index.json");

const parameters = {
  prefix: ["ea/7F3A", "First part of the native topics: ea/<serial> unless Mqtt.TopicPrefix says otherwise."],
  frigate: ["frigate/7F3A", "frigate/<serial> unless Mqtt.Dialects.Frigate.TopicPrefix says otherwise."],
  discovery: ["homeassistant", "Mqtt.Dialects.HomeAssistant.DiscoveryPrefix."],
  serial: ["7F3A", "Serial number of the box."],
  camera: ["gate", "Id of a camera; the word box for what no camera saw."],
  zone: ["yard", "Name of a zone."],
  place: ["gate", "A camera or a zone."],
  output: ["siren", "Id of an output."],
  input: ["door", "Id of an input."],
  rule: ["Watchlist", "Name of the rule."],
  kind: ["Spoof", "Kind of the alert, as ONVIF writes names."],
  state: ["ImageTooDark", "One of the tamper rule's states."],
  token: ["store", "Which device."],
  group: ["site1", "Sparkplug group: the site."],
  node: ["7F3A", "Sparkplug edge node: the box."],
  device: ["gate", "Sparkplug device: a camera or the outputs."],
  host: ["scada", "Sparkplug host application."],
  consumer: ["vms", "Name of a consumer."],
};

const dialects = {
  native: "CloudEvents 1.0 in MQTT 5 binary mode, and plain state",
  onvif: "ONVIF events as JSON (onvif-ej); off by default",
  homeassistant: "Home Assistant's device discovery; off by default",
  frigate: "Topics as Frigate's consumers read them; off by default, in a session of their own",
  sparkplug: "Sparkplug B 3.0 for SCADA; off by default, in a session of its own",
};

const named = (name) => name.replaceAll(".", "_").replaceAll("-", "_");
const bindingVersion = "0.2.0";

/** A schema without what belongs to a file of its own; references to its $defs follow it. */
function inline(path, at) {
  const { $schema, $id, ...schema } = read(path);
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${at}/$defs/`));
}

const schemas = {};
function schemaOf(path) {
  const name = named(path.replace(".schema.json", "").replace("/", "_"));
  schemas[name] ??= inline(path, `#/components/schemas/${name}`);
  return { $ref: `#/components/schemas/${name}` };
}

const document = {
  asyncapi: "3.0.0",
  id: "urn:watchpost:mqtt",
  info: {
    title: "Watchpost over MQTT",
    version: "1.0.0",
    description:
      "What one box says to the site's broker, and hears from it, in every dialect; each can be switched. Generated from mqtt-schemas/ by "
      + "mqtt-schemas/asyncapi/generate.mjs. What is retained is state; alerts never are.",
    license: { name: "Apache-2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    tags: Object.entries(dialects).map(([name, description]) => ({ name, description })),
  },
  defaultContentType: "application/json",
  servers: {
    site: {
      host: "broker.site.example:8883",
      protocol: "mqtts",
      protocolVersion: "5.0",
      description: "The site's broker; site-broker/ configures one.",
      bindings: {
        mqtt: {
          clientId: "ea-7F3A",
          cleanSession: false,
          lastWill: { topic: "ea/7F3A/available", qos: 1, message: "offline", retain: true },
          keepAlive: 30,
          bindingVersion,
        },
      },
    },
    frigate: {
      host: "broker.site.example:8883",
      protocol: "mqtts",
      protocolVersion: "5.0",
      description: "The same broker; the session of Frigate's topics, which needs a Will of its own.",
      bindings: {
        mqtt: {
          clientId: "ea-7F3A-frigate",
          cleanSession: true,
          lastWill: { topic: "frigate/7F3A/available", qos: 1, message: "offline", retain: true },
          keepAlive: 30,
          bindingVersion,
        },
      },
    },
  },
  channels: {},
  operations: {},
  components: { schemas, messages: {} },
};

for (const message of messages) {
  const name = named(message.name);
  const names = [...message.topic.matchAll(/{([a-z]+)}/g)].map((match) => match[1]);
  const unknown = names.filter((one) => !parameters[one]);
  if (unknown.length) throw new Error(`${message.name}: describe the parameter ${unknown.join(", ")} in generate.mjs`);

  document.components.messages[name] = {
    name: message.name,
    title: message.title,
    contentType: { text: "text/plain", json: "application/json" }[message.payload] ?? "application/octet-stream",
    ...(message.properties && { headers: schemaOf(message.properties) }),
    ...(message.schema && { payload: schemaOf(message.schema) }),
    tags: [{ name: message.dialect }],
  };
  document.channels[name] = {
    address: message.topic,
    title: message.title,
    description: [
      message.retain ? "Retained." : "Not retained.",
      message.properties ? "Headers are MQTT 5 user properties." : "",
      message.description ?? "",
    ].filter(Boolean).join(" "),
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    ...(names.length && {
      parameters: Object.fromEntries(names.map((one) => [one, { description: parameters[one][1], examples: [parameters[one][0]] }])),
    }),
    ...(message.dialect === "frigate" && { servers: [{ $ref: "#/servers/frigate" }] }),
    tags: [{ name: message.dialect }],
  };
  document.operations[name] = {
    action: message.direction ?? "send",
    channel: { $ref: `#/channels/${name}` },
    title: message.title,
    messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
    bindings: { mqtt: { qos: message.qos, retain: message.retain, bindingVersion } },
  };
}

/** YAML as block style with every string quoted as JSON: no scalar can be read as something else. */
function yaml(value, indent = "") {
  const inner = indent + "  ";
  const bare = (key) => (/^[A-Za-z_$@][A-Za-z0-9_$:-]*$/.test(key) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(key) && !key.startsWith("@") ? key : JSON.stringify(key));
  const entry = (item, lead) =>
    item === null || typeof item !== "object" ? `${lead} ${JSON.stringify(item)}\n`
    : (Array.isArray(item) ? item.length : Object.keys(item).length) === 0 ? `${lead} ${Array.isArray(item) ? "[]" : "{}"}\n`
    : null;
  if (Array.isArray(value)) {
    return value.map((item) => entry(item, `${indent}-`) ?? `${indent}- ${yaml(item, inner).slice(inner.length)}`).join("");
  }
  return Object.entries(value).filter(([, item]) => item !== undefined)
    .map(([key, item]) => entry(item, `${indent}${bare(key)}:`) ?? `${indent}${bare(key)}:\n${yaml(item, inner)}`).join("");
}

const files = {
  "asyncapi.yaml": "# Made by asyncapi/generate.mjs from index.json and the schemas; do not edit.\n" + yaml(document),
  "asyncapi.json": JSON.stringify(document, null, 1) + "\n",
};
let stale = 0;
for (const [file, text] of Object.entries(files)) {
  const path = join(root, file);
  if (!process.argv.includes("--check")) {
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${file} is not what the schemas say: run node mqtt-schemas/asyncapi/generate.mjs`);
    stale++;
  }
}
process.exit(stale ? 1 : 0);
