// Reads news.tagged.v1 to its end as it is now: node tagged.mjs SERVERS TOPIC (after npm install)
import kafkajs from "kafkajs";
import { randomUUID } from "node:crypto";
import { decompress } from "fzstd"; // batches are zstd, which kafkajs lacks

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  decompress: async (buffer) => Buffer.from(decompress(buffer)),
});

const [servers, topic] = process.argv.slice(2);
const kafka = new Kafka({ brokers: servers.split(","), logLevel: logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: `interop-${randomUUID()}`, readUncommitted: false });
const header = (message, name) => {
  const value = message.headers?.[name];
  return String((Array.isArray(value) ? value.at(-1) : value) ?? "");
};
const say = (message, kind, text) =>
  console.log(JSON.stringify({ id: String(message.key), revision: header(message, "ce_revision"), kind, text }));

function handle(message) {
  if (message.value === null) say(message, "tombstone", ""); // forget the article
  else if (header(message, "ce_type") === "chipwire.retraction.v1")
    say(message, "retraction", JSON.parse(message.value).reason); // withdrawn: show it no longer
  else if (header(message, "ce_policy") === "true")
    say(message, "tagged", JSON.parse(message.value).article.title); // filtered by header, decoded only then
}

let last = Date.now();
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
await consumer.run({ eachMessage: async ({ message }) => { last = Date.now(); handle(message); } });
await joined;
last = Date.now();
while (Date.now() - last < 5000) await new Promise((resolve) => setTimeout(resolve, 200)); // nothing for so long: the end
await consumer.disconnect();
