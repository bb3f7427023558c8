package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// An earlierLog is one that this log continues: whose it is, who saw it, and the heads that the entries must still give.
type earlierLog struct {
	origin  string
	isNamed bool
	newest  *head
	heads   []head
	// How many heads the entries gave, and the size of the largest.
	count  int
	agreed int64
}

// bridged is an entry by which this log went on; log is nil when nothing of that one is published.
type bridged struct {
	index int64
	// So many entries of the earlier log are here.
	shared int64
	size   uint64
	log    *earlierLog
}

// earlierLogs reads what is published of the logs that this one continues, oldest first, each signed by its own key. The
// one that is audited is signed by own.
func earlierLogs(published folder, trusted *policy, own key) []*earlierLog {
	var logs []*earlierLog
	known := []key{own}
	for k := 1; k <= 64; k++ {
		under := fmt.Sprintf("before/%d/", k)
		text := published.optionalLine("signature", under+"key")
		if text == nil {
			break
		}
		found := keyAt(*text, under+"key")
		for _, other := range known {
			if other.name == found.name || bytes.Equal(other.public, found.public) {
				fail("bridge", under+"key", "its name or its key is that of another log of this row")
			}
		}
		known = append(known, found)
		log := &earlierLog{origin: found.name, isNamed: trusted.isNamed(found, under+"key")}
		log.read(published, trusted.over(found), under)
		logs = append(logs, log)
	}
	return logs
}

// isNamed says whether the policy names the log of this key. One that names it knows its key.
func (p *policy) isNamed(log key, place string) bool {
	isNamed := false
	for _, known := range p.logs {
		if known.String() == log.String() {
			return true
		}
		isNamed = isNamed || known.name == log.name
	}
	if isNamed {
		fail("signature", place, "the policy has another key for %s", log.name)
	}
	return false
}

func (log *earlierLog) read(published folder, trusted *policy, under string) {
	latest := published.optionalLine("publication", under+"checkpoints/latest")
	if latest == nil {
		return
	}
	last, hadQuorum := numberOf(*latest, under+"checkpoints/latest"), false
	take := func(name string) {
		found := open(published, trusted, name)
		if found == nil {
			fail("publication", name, "it is not there, though others of its log are")
		}
		log.heads, log.newest = grow(log.heads, *found), found
		hadQuorum = hadQuorum || found.quorum
	}
	// One after the other: the number is what a stranger says.
	for number := uint64(1); number <= last; number++ {
		take(fmt.Sprintf("%scheckpoints/%d", under, number))
	}
	take(under + "checkpoint")
	if hadQuorum && !log.newest.quorum {
		fail("quorum", under+"checkpoint", "too few witnesses of the policy cosigned it, and enough did others of its log")
	}
}

// bridge is an entry by which this log goes on from an earlier one, right behind the entries that both have.
func (e *entries) bridge(index int64, origin []byte, size uint64, root []byte) {
	place, before := fmt.Sprint(index), e.tree.root()
	if size > maxSize {
		fail("bridge", place, "it says that the log before had %d entries, which no log can have", size)
	}
	if size < uint64(index) {
		fail("bridge", place, "it says that the log before had %d entries, and %d stand before it", size, index)
	}
	if size == uint64(index) && !bytes.Equal(root, before[:]) {
		fail("bridge", place, "the entries before it have another root than it says")
	}
	var name [32]byte
	copy(name[:], origin)
	if e.names[name] {
		fail("bridge", place, "it goes on from this log, or from one that an earlier bridge went on from")
	}
	e.names[name] = true
	if len(e.bridged) == 0 || e.bridged[len(e.bridged)-1].index+1 < index {
		e.row = index
	}
	// Where bridges stand one behind the other, the logs share what is before the first of them.
	found := bridged{index: index, size: size, shared: e.row}
	if size == uint64(index) {
		found.shared = index
	}
	// Each is at most 2^62, so the sum of two has room.
	if e.lost += size - uint64(found.shared); e.lost > maxSize {
		fail("bridge", place, "more entries are lost than any log can have")
	}
	if len(e.earlier) > 0 {
		found.log, e.earlier = e.earlier[0], e.earlier[1:]
		found.log.agrees(place, name, size, root)
	}
	e.bridged = append(e.bridged, found)
}

// agrees checks that a bridge says the same of this log as what it published.
func (log *earlierLog) agrees(place string, name [32]byte, size uint64, root []byte) {
	if sha256.Sum256([]byte(log.origin)) != name {
		fail("bridge", place, "it goes on from another log than %s", log.origin)
	}
	for _, head := range log.heads {
		said := uint64(head.size)
		if said > size || (said == size && !bytes.Equal(head.root[:], root)) {
			fail("bridge", place, "the log before ended with %d entries, and %s contradicts it", size, head.place)
		}
	}
}

// allBridged checks that every earlier log that is published was continued.
func (e *entries) allBridged() {
	if len(e.earlier) > 0 {
		fail("bridge", fmt.Sprintf("before/%d/key", len(e.bridged)+1), "no entry of this log continues that one")
	}
}

// bridges is the end of the report's first line.
func (e *entries) bridges() string {
	if len(e.bridged) == 0 {
		return ""
	}
	return fmt.Sprintf(", bridges %d, entries lost %d", len(e.bridged), e.lost)
}

// tellBridges says of each bridge what it is worth.
func (e *entries) tellBridges(witnesses int) {
	for place, found := range e.bridged {
		under, log := fmt.Sprintf("before/%d/", place+1), found.log
		agreed := int64(0)
		if log != nil {
			agreed = log.agreed
			fmt.Printf("Entry %d goes on from %s: %d of its heads agree, the largest over %d entries.\n", found.index, log.origin, log.count, agreed)
			if !log.isNamed {
				fmt.Printf("NOT CHECKED %skey: whose it is. No policy of yours names %s.\n", under, log.origin)
			}
			if log.newest != nil && !log.newest.quorum {
				fmt.Printf("NOT CHECKED %scheckpoint: that others saw the same. %d of %d witnesses cosigned it.\n", under, log.newest.cosigned, witnesses)
			}
		}
		if agreed < found.shared {
			fmt.Printf("NOT CHECKED entries %d to %d: only the bridge, entry %d, says that they are those of the log before.\n", agreed, found.shared-1, found.index)
		}
	}
}
