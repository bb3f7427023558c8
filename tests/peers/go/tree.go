package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// A tree keeps every hash, as package tlog numbers them.
type tree struct {
	size   int64
	hashes []tlog.Hash
}

func (t *tree) reader() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for place, index := range indexes {
			if index >= int64(len(t.hashes)) {
				return nil, fmt.Errorf("there is no hash %d yet", index)
			}
			found[place] = t.hashes[index]
		}
		return found, nil
	})
}

func (t *tree) append(record []byte) {
	hashes, err := tlog.StoredHashes(t.size, record, t.reader())
	if err != nil {
		panic(err)
	}
	t.hashes = append(t.hashes, hashes...)
	t.size++
}

func (t *tree) root() [32]byte {
	if t.size == 0 {
		return sha256.Sum256(nil)
	}
	root, err := tlog.TreeHash(t.size, t.reader())
	if err != nil {
		panic(err)
	}
	return root
}

// entries is an audit on its way through the log.
type entries struct {
	published folder
	heads     []head
	earlier   []*earlierLog
	names     map[[32]byte]bool
	bridged   []bridged
	// Where the bridges began that stand one behind the other up to the newest.
	row      int64
	lost     uint64
	tree     tree
	days     days
	hour     uint64
	policies map[string]bool
}

func newEntries(published folder, origin string, heads []head, earlier []*earlierLog) *entries {
	begun := &entries{published: published, heads: heads, earlier: earlier, policies: map[string]bool{}}
	begun.names = map[[32]byte]bool{sha256.Sum256([]byte(origin)): true}
	begun.compareRoot()
	return begun
}

func (e *entries) run(size int64) {
	for first := int64(0); first < size; first += 256 {
		width := 256
		if size-first < 256 {
			width = int(size - first)
		}
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: width}
		records := e.bundle(tile)
		var hashes []byte
		for _, record := range records {
			hash := tlog.RecordHash(record)
			hashes = append(hashes, hash[:]...)
		}
		e.compareTile(tile, hashes)
		for place, record := range records {
			e.entry(first+int64(place), record)
			e.tree.append(record)
			e.compareRoot()
		}
		e.fullTiles()
	}
	for level := 1; size>>(8*level) > 0; level++ {
		hashes := size >> (8 * level)
		if width := int(hashes % 256); width > 0 {
			e.tileAbove(tlog.Tile{H: 8, L: level, N: hashes / 256, W: width})
		}
	}
	e.allBridged()
}

// fullTiles compares the tiles above the first level that the last bundle filled.
func (e *entries) fullTiles() {
	for level, full := 1, int64(1)<<16; e.tree.size%full == 0 && full > 0; level, full = level+1, full<<8 {
		e.tileAbove(tlog.Tile{H: 8, L: level, N: e.tree.size/full - 1, W: 256})
	}
}

func (e *entries) tileAbove(tile tlog.Tile) {
	data, err := tlog.ReadTileData(tile, e.tree.reader())
	if err != nil {
		panic(err)
	}
	e.compareTile(tile, data)
}

// published names have no height, and bundles are called entries.
func name(tile tlog.Tile) string {
	return strings.Replace(strings.Replace(tile.Path(), "tile/8/", "tile/", 1), "tile/data/", "tile/entries/", 1)
}

func (e *entries) compareTile(tile tlog.Tile, hashes []byte) {
	data := e.published.read("tile", name(tile), 256*32)
	if data == nil {
		fail("tile", name(tile), "it is not there")
	}
	if !bytes.Equal(data, hashes) {
		fail("tile", name(tile), "its hashes are not those of what it covers")
	}
}

func (e *entries) bundle(tile tlog.Tile) [][]byte {
	tile.L = -1
	data := e.published.read("entry", name(tile), 256*(2+65535))
	if data == nil {
		fail("entry", name(tile), "it is not there")
	}
	var records [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(data[0])<<8|int(data[1]) {
			fail("entry", name(tile), "it ends within an entry")
		}
		length := int(data[0])<<8 | int(data[1])
		records = append(records, data[2:2+length])
		data = data[2+length:]
	}
	if len(records) != tile.W {
		fail("entry", name(tile), "it holds %d entries and should hold %d", len(records), tile.W)
	}
	return records
}

func (e *entries) compareRoot() {
	e.heads = e.sameRoot(e.heads)
	for _, log := range e.earlier {
		rest := e.sameRoot(log.heads)
		if len(rest) < len(log.heads) {
			log.heads, log.agreed, log.count = rest, e.tree.size, log.count+1
		}
	}
}

// sameRoot compares the first of some heads when the entries are as many; it answers those that are still to be met.
func (e *entries) sameRoot(heads []head) []head {
	if len(heads) == 0 || heads[0].size != e.tree.size {
		return heads
	}
	if heads[0].root != e.tree.root() {
		fail("root", heads[0].place, "the first %d entries give another root than the published one", e.tree.size)
	}
	return heads[1:]
}

func (e *entries) entry(index int64, record []byte) {
	found, err := decodeLeaf(record)
	if err != nil {
		fail("entry", fmt.Sprint(index), "it is not a leaf of version 1: %v", err)
	}
	if found.isDayRoot {
		e.days.root(found, index)
		return
	}
	if found.hour < e.hour {
		fail("order", fmt.Sprint(index), "its hour is before that of an earlier entry")
	}
	e.hour = found.hour
	e.days.begin(found.hour / 24)
	if found.isBridge {
		e.bridge(index, []byte(found.origin), found.size, []byte(found.root))
	}
	if found.policy != "" && !e.policies[found.policy] {
		e.published.accessPolicy(found.policy, index)
		e.policies[found.policy] = true
	}
	if found.isAccess {
		e.days.access(found.hour/24, found.tag, index)
	}
}

// days are those that have begun, and the tags of those that have no root yet.
type days struct {
	hasBegun     bool
	next, newest uint64
	open         map[uint64][]string
	rooted       int
}

func (d *days) begin(day uint64) {
	if !d.hasBegun {
		d.hasBegun, d.next, d.open = true, day, map[uint64][]string{}
	}
	d.newest = day
}

func (d *days) access(day uint64, tag string, index int64) {
	if day < d.next {
		fail("day", fmt.Sprint(day), "entry %d is of this day and comes after its root", index)
	}
	d.open[day] = append(d.open[day], tag)
}

func (d *days) root(found *leaf, index int64) {
	if !d.hasBegun || found.day != d.next {
		fail("day", fmt.Sprint(found.day), "entry %d is its root, and the next root is due for day %d", index, d.next)
	}
	tags := sorted(found.day, d.open[found.day])
	delete(d.open, found.day)
	var tree tree
	for _, tag := range tags {
		tree.append([]byte(tag))
	}
	root := tree.root()
	if found.count != uint64(len(tags)) || found.root != string(root[:]) {
		fail("day", fmt.Sprint(found.day), "entry %d is its root, and the entries give another", index)
	}
	d.next, d.rooted = d.next+1, d.rooted+1
}

// sorted fails when a tag occurs twice.
func sorted(day uint64, tags []string) []string {
	sort.Strings(tags)
	for place := 1; place < len(tags); place++ {
		if tags[place] == tags[place-1] {
			fail("day", fmt.Sprint(day), "the tag %x occurs twice", tags[place])
		}
	}
	return tags
}

func (d *days) finish() int {
	if d.hasBegun && d.newest > d.next+1 {
		fail("day", fmt.Sprint(d.next), "it has no root, though there are entries of day %d", d.newest)
	}
	for day := d.next; d.hasBegun && day <= d.newest; day++ {
		sorted(day, d.open[day])
	}
	return d.rooted
}
