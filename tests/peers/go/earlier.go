package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// An earlierLog is one that this log continues: its name and the heads that the entries must still give.
type earlierLog struct {
	origin string
	heads  []head
}

// earlierLogs reads what is published of the logs that this one continues, oldest first, each signed by its own key.
func earlierLogs(published folder) []earlierLog {
	var logs []earlierLog
	for k := 1; k <= 64; k++ {
		under := fmt.Sprintf("before/%d/", k)
		key := published.optionalLine("signature", under+"key")
		if key == nil {
			break
		}
		trusted := policyOfKey(*key, under+"key")
		log := earlierLog{origin: trusted.logs[0].Name()}
		for _, name := range notesUnder(published, under) {
			found := open(published, trusted, name)
			if found == nil {
				fail("publication", name, "it is not there, though others of its log are")
			}
			log.heads = grow(log.heads, *found)
		}
		logs = append(logs, log)
	}
	return logs
}

func notesUnder(published folder, under string) []string {
	latest := published.optionalLine("publication", under+"checkpoints/latest")
	if latest == nil {
		return nil
	}
	var names []string
	for number := int64(1); number <= numberOf(*latest, under+"checkpoints/latest"); number++ {
		names = append(names, fmt.Sprintf("%scheckpoints/%d", under, number))
	}
	return append(names, under+"checkpoint")
}

// bridge is an entry by which this log goes on from an earlier one, right behind the entries that both have.
func (e *entries) bridge(index int64, origin []byte, size uint64, root []byte) {
	place, before := fmt.Sprint(index), e.tree.root()
	if size < uint64(index) {
		fail("bridge", place, "it says that the log before had %d entries, and %d stand before it", size, index)
	}
	if size == uint64(index) && !bytes.Equal(root, before[:]) {
		fail("bridge", place, "the entries before it have another root than it says")
	}
	if len(e.earlier) > 0 {
		log := e.earlier[0]
		if name := sha256.Sum256([]byte(log.origin)); !bytes.Equal(name[:], origin) {
			fail("bridge", place, "it goes on from another log than %s", log.origin)
		}
		for _, head := range log.heads {
			said := uint64(head.size)
			if said > size || (said == size && !bytes.Equal(head.root[:], root)) {
				fail("bridge", place, "the log before ended with %d entries, and %s contradicts it", size, head.place)
			}
		}
		e.earlier = e.earlier[1:]
	}
	// Bridges that stand one behind the other are to logs that share the entries before the first of them.
	if e.bridges == 0 || index != e.lastBridge+1 {
		e.shared = uint64(index)
	}
	e.bridges, e.lastBridge = e.bridges+1, index
	if size != uint64(index) {
		e.lost += size - e.shared
	}
}

// allBridged checks that every earlier log that is published was continued.
func (e *entries) allBridged() {
	if len(e.earlier) > 0 {
		fail("bridge", fmt.Sprintf("before/%d/key", e.bridges+1), "no entry of this log continues that one")
	}
}

// bridged is the end of the report's first line.
func (e *entries) bridged() string {
	if e.bridges == 0 {
		return ""
	}
	return fmt.Sprintf(", bridges %d, entries lost %d", e.bridges, e.lost)
}
