// Holds an AsyncAPI document (argv[2]) against the official parser: one JSON line with its channels, its errors and its warnings.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], "utf8"));
const said = (severity) =>
  diagnostics.filter((each) => each.severity === severity).map((each) => `${each.path.join(".")}: ${each.message}`);
const channels = document ? document.channels().all().map((channel) => channel.address()) : [];
console.log(JSON.stringify({ channels, errors: said(0), warnings: said(1) }));
