package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A policy is a C2SP tlog-policy file. A part is a witness or a group of earlier parts.
type policy struct {
	logs      []key
	witnesses []key
	parts     []part
	names     map[string]int
	members   map[int]bool
	quorum    int
}

type part struct {
	witness int
	least   int
	members []int
}

const noQuorum, unsaid = -1, -2

// More logs, witnesses or groups no policy has.
const mostOfAKind = 1024

// More entries no log has.
const maxSize = 1 << 62

// keyAt reads the key that was published at a place.
func keyAt(text, place string) key {
	found, err := newKey(text, ofLog)
	if err != nil {
		fail("signature", place, "%v", err)
	}
	return found
}

// over is the same witnesses, and as many of them, over one log.
func (p *policy) over(log key) *policy {
	return &policy{logs: []key{log}, witnesses: p.witnesses, parts: p.parts, quorum: p.quorum}
}

func parsePolicy(text string) (*policy, error) {
	isControl := func(letter rune) bool { return letter < ' ' && letter != '\t' && letter != '\n' || letter == 0x7f }
	if len(text) > 1<<20 || strings.IndexFunc(text, isControl) >= 0 || text != "" && !strings.HasSuffix(text, "\n") {
		return nil, errors.New("it is too long, has control characters or ends within a line")
	}
	read := &policy{names: map[string]int{}, members: map[int]bool{}, quorum: unsaid}
	for number, line := range strings.Split(text, "\n") {
		items := strings.FieldsFunc(line, func(letter rune) bool { return letter == ' ' || letter == '\t' })
		if len(items) == 0 || strings.HasPrefix(items[0], "#") {
			continue
		}
		if err := read.line(items[0], items[1:]); err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
	}
	if read.quorum == unsaid {
		return nil, errors.New("there is no quorum line")
	}
	return read, nil
}

func (p *policy) line(kind string, items []string) (err error) {
	switch {
	case kind == "log" && (len(items) == 1 || len(items) == 2):
		p.logs, err = addKey(p.logs, items[0], ofLog)
		return err
	case kind == "witness" && (len(items) == 2 || len(items) == 3):
		if p.witnesses, err = addKey(p.witnesses, items[1], ofWitness); err != nil {
			return err
		}
		return p.define(items[0], part{witness: len(p.witnesses) - 1})
	case kind == "group" && len(items) >= 3 && len(p.parts)-len(p.witnesses) < mostOfAKind:
		return p.group(items[0], items[1], items[2:])
	case kind == "quorum" && len(items) == 1 && p.quorum == unsaid:
		place, known := p.names[items[0]]
		if items[0] == "none" {
			place, known = noQuorum, true
		}
		p.quorum = place
		if !known {
			return fmt.Errorf("%s is nobody", items[0])
		}
		return nil
	}
	return errors.New("what the line says is not known")
}

// addKey refuses a key that stands there already: one under two names would count for two.
func addKey(keys []key, text string, kind byte) ([]key, error) {
	found, err := newKey(text, kind)
	for _, other := range keys {
		if err == nil && bytes.Equal(other.public, found.public) {
			err = errors.New("the same key twice")
		}
	}
	if len(keys) >= mostOfAKind {
		err = errors.New("too many keys")
	}
	return append(keys, found), err
}

func (p *policy) define(name string, part part) error {
	if _, known := p.names[name]; known || name == "none" {
		return errors.New("the same name twice")
	}
	p.names[name] = len(p.parts)
	p.parts = append(p.parts, part)
	return nil
}

func (p *policy) group(name, threshold string, members []string) error {
	group := part{witness: -1}
	for _, name := range members {
		member, known := p.names[name]
		if !known || p.members[member] {
			return fmt.Errorf("%s is nobody, or a member already", name)
		}
		p.members[member] = true
		group.members = append(group.members, member)
	}
	switch threshold {
	case "any":
		group.least = 1
	case "all":
		group.least = len(members)
	default:
		least, err := strconv.ParseUint(threshold, 10, 64)
		if err != nil || least < 1 || least > uint64(len(members)) {
			return errors.New("the threshold")
		}
		group.least = int(least)
	}
	return p.define(name, group)
}

// met says whether those who signed are enough.
func (p *policy) met(signed map[string]bool) bool {
	if p.quorum == noQuorum {
		return true
	}
	witnessed := make([]bool, len(p.parts))
	for place, part := range p.parts {
		if part.members == nil {
			witnessed[place] = signed[p.witnesses[part.witness].id()]
			continue
		}
		count := 0
		for _, member := range part.members {
			if witnessed[member] {
				count++
			}
		}
		witnessed[place] = count >= part.least
	}
	return witnessed[p.quorum]
}

// A head is a checkpoint: what the entries must give.
type head struct {
	place, origin string
	size          int64
	root          [32]byte
	quorum        bool
	cosigned      int
	signer        key
}

// open reads a note that must be signed by a log of the policy; nil when there is none.
func open(published folder, trusted *policy, name string) *head {
	data := published.read("signature", name, 65536)
	if data == nil {
		return nil
	}
	text, signed := trusted.opened(data, name)
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		fail("signature", name, "it is not a checkpoint of three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || rootErr != nil || len(root) != 32 || size < 0 || size > maxSize || strconv.FormatInt(size, 10) != lines[1] {
		fail("signature", name, "it is not a checkpoint")
	}
	found := &head{place: name, origin: lines[0], size: size, quorum: trusted.met(signed)}
	copy(found.root[:], root)
	for _, witness := range trusted.witnesses {
		if signed[witness.id()] {
			found.cosigned++
		}
	}
	for _, log := range trusted.logs {
		if signed[log.id()] && log.name == found.origin {
			found.signer = log
			return found
		}
	}
	fail("signature", name, "it is not signed by the log's key")
	return nil
}

// opened is the text of a note and the ids of the known keys that signed it.
func (p *policy) opened(data []byte, name string) (string, map[string]bool) {
	known := append(append([]key{}, p.logs...), p.witnesses...)
	if err := isStrict(data, known); err != nil {
		fail("signature", name, "%v", err)
	}
	var verifiers []note.Verifier
	for _, key := range known {
		verifiers = append(verifiers, key)
	}
	opened, err := note.Open(data, note.VerifierList(verifiers...))
	if err != nil {
		fail("signature", name, "%v", err)
	}
	signed := map[string]bool{}
	for _, signature := range opened.Sigs {
		signed[fmt.Sprintf("%s+%08x", signature.Name, signature.Hash)] = true
	}
	return opened.Text, signed
}

// publications reads every published head, smallest first, each size once.
func publications(published folder, trusted *policy) ([]head, uint64, *head) {
	latest := numberOf(published.line("publication", "checkpoints/latest"), "checkpoints/latest")
	var heads []head
	for number := uint64(1); number <= latest; number++ {
		name := fmt.Sprintf("checkpoints/%d", number)
		found := open(published, trusted, name)
		if found == nil {
			fail("publication", name, "it is not there, though a later one is")
		}
		heads = grow(heads, *found)
	}
	newest := open(published, trusted, "checkpoint")
	if newest == nil {
		panic(unreadable{errors.New("there is no checkpoint, so this is no published log")})
	}
	heads = grow(heads, *newest)
	if !newest.quorum {
		fail("quorum", "checkpoint", "too few witnesses of the policy cosigned it")
	}
	return heads, latest, newest
}

// numberOf reads the number of a publication.
func numberOf(text, place string) uint64 {
	number, err := strconv.ParseUint(text, 10, 64)
	if err != nil || number < 1 || strconv.FormatUint(number, 10) != text {
		fail("publication", place, "it is not the number of a publication")
	}
	return number
}

func grow(heads []head, found head) []head {
	if len(heads) == 0 {
		return []head{found}
	}
	before := heads[len(heads)-1]
	switch {
	case found.origin != before.origin:
		fail("publication", found.place, "it is of another log")
	case found.size < before.size:
		fail("publication", found.place, "it is smaller than %s: the log was rolled back", before.place)
	case found.size == before.size && !bytes.Equal(found.root[:], before.root[:]):
		fail("publication", found.place, "it has the size of %s and another root: a fork", before.place)
	case found.size == before.size:
		return heads
	}
	return append(heads, found)
}
