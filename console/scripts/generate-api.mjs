// Writes src/api/generated/schema.ts from the OpenAPI document on standard input, which scripts/export_openapi.py
// prints. With --check it writes nothing and fails when the file is not what it would write.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import openapi, { astToString } from "openapi-typescript";

const target = new URL("../src/api/generated/schema.ts", import.meta.url);
const source = await text(process.stdin);

/** Drops what only repeats names: the framework gives every field its own name as a title. */
function withoutTitles(node) {
  if (Array.isArray(node)) return node.map(withoutTitles);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key, value]) => key !== "title" || typeof value !== "string")
      .map(([key, value]) => [key, withoutTitles(value)]),
  );
}

const document = JSON.parse(source);
// Every refusal is the same problem document, which the client turns into an ApiProblem.
for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
  operation.responses = Object.fromEntries(
    Object.entries(operation.responses).filter(([status]) => status.startsWith("2")),
  );
}
const digest = createHash("sha256").update(source).digest("hex");
const tree = await openapi(
  { ...withoutTitles(document), info: document.info },
  { alphabetize: true, defaultNonNullable: false, emptyObjectsUnknown: true, silent: true },
);
const made = `// Made by \`make generate\` from the gateway's routes; edits are lost.\n// source: ${digest}\n\n${astToString(tree)}`;

if (!process.argv.includes("--check")) {
  await writeFile(target, made);
} else if ((await readFile(target, "utf8").catch(() => "")) !== made) {
  console.error("console/src/api/generated/schema.ts is stale: run `make generate` and commit what it writes.");
  process.exit(1);
}
