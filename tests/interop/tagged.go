// Reads news.tagged.v1 to its end as it is now: go run tagged.go SERVERS TOPIC
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(strings.Split(os.Args[1], ",")...),
		kgo.ConsumeTopics(os.Args[2]),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
	)
	if err != nil {
		panic(err)
	}
	defer client.Close()
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second) // nothing for so long: the end
		fetches := client.PollFetches(ctx)
		cancel()
		if fetches.NumRecords() == 0 {
			return
		}
		fetches.EachRecord(handle)
	}
}

func handle(record *kgo.Record) {
	switch {
	case record.Value == nil: // a tombstone: forget the article
		say(record, "tombstone", "")
	case header(record, "ce_type") == "chipwire.retraction.v1": // withdrawn: show it no longer
		var retraction struct{ Reason string }
		decode(record, &retraction)
		say(record, "retraction", retraction.Reason)
	case header(record, "ce_policy") == "true": // filtered by header, decoded only then
		var tagged struct{ Article struct{ Title string } }
		decode(record, &tagged)
		say(record, "tagged", tagged.Article.Title)
	}
}

func header(record *kgo.Record, name string) (value string) {
	for _, header := range record.Headers { // of several the last counts
		if header.Key == name {
			value = string(header.Value)
		}
	}
	return value
}

func decode(record *kgo.Record, into any) {
	if err := json.Unmarshal(record.Value, into); err != nil {
		panic(err)
	}
}

func say(record *kgo.Record, kind, text string) {
	line, _ := json.Marshal(map[string]string{
		"id": string(record.Key), "revision": header(record, "ce_revision"), "kind": kind, "text": text})
	fmt.Println(string(line))
}
