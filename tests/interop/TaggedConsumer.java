// Reads news.tagged.v1 to its end as it is now: java -cp "kafka-clients and jackson jars" TaggedConsumer.java SERVERS TOPIC
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

public class TaggedConsumer {
    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0], "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(arguments[1]).stream()
                .map(each -> new TopicPartition(each.topic(), each.partition())).collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    handle(record);
                }
            }
        }
    }

    static void handle(ConsumerRecord<String, byte[]> record) throws Exception {
        if (record.value() == null) {  // a tombstone: forget the article
            say(record, "tombstone", "");
        } else if (header(record, "ce_type").equals("chipwire.retraction.v1")) {  // withdrawn: show it no longer
            say(record, "retraction", JSON.readTree(record.value()).path("reason").asText());
        } else if (header(record, "ce_policy").equals("true")) {  // filtered by header, decoded only then
            JsonNode tagged = JSON.readTree(record.value());
            say(record, "tagged", tagged.path("article").path("title").asText());
        }
    }

    static String header(ConsumerRecord<String, byte[]> record, String name) {
        var found = record.headers().lastHeader(name);
        return found == null || found.value() == null ? "" : new String(found.value(), StandardCharsets.UTF_8);
    }

    static void say(ConsumerRecord<String, byte[]> record, String kind, String text) throws Exception {
        System.out.println(JSON.writeValueAsString(
            Map.of("id", record.key(), "revision", header(record, "ce_revision"), "kind", kind, "text", text)));
    }
}
