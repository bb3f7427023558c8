package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// witness verifies cosignatures (C2SP tlog-cosignature, type 4), which package note does not know.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }

func (w witness) Verify(message, signature []byte) bool {
	if len(signature) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, message)
	return time > 0 && time < 1<<63 && ed25519.Verify(w.key, []byte(signed), signature[8:])
}

func newWitness(text string) (witness, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return witness{}, errors.New("not a verifier key")
	}
	data, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(data) != 33 || data[0] != 4 {
		return witness{}, errors.New("not the key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		return witness{}, errors.New("the key's id is not its own")
	}
	return witness{parts[0], binary.BigEndian.Uint32(sum[:4]), data[1:]}, nil
}

// A policy is a C2SP tlog-policy file. A part is a witness or a group of earlier parts.
type policy struct {
	logs      []note.Verifier
	witnesses []witness
	parts     []part
	names     map[string]int
	quorum    int
}

type part struct {
	witness int
	least   int
	members []int
}

const noQuorum, unsaid = -1, -2

func policyOfKey(key, place string) *policy {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		fail("signature", place, "%v", err)
	}
	return &policy{logs: []note.Verifier{verifier}, quorum: noQuorum}
}

func parsePolicy(text string) (*policy, error) {
	read := &policy{names: map[string]int{}, quorum: unsaid}
	for number, line := range strings.Split(text, "\n") {
		items := strings.FieldsFunc(line, func(letter rune) bool { return letter == ' ' || letter == '\t' })
		if len(items) == 0 || strings.HasPrefix(items[0], "#") {
			continue
		}
		if err := read.line(items); err != nil {
			return nil, fmt.Errorf("line %d: %w", number+1, err)
		}
	}
	if read.quorum == unsaid {
		return nil, errors.New("there is no quorum line")
	}
	return read, nil
}

func (p *policy) line(items []string) error {
	switch {
	case items[0] == "log" && len(items) >= 2:
		verifier, err := note.NewVerifier(items[1])
		p.logs = append(p.logs, verifier)
		return err
	case items[0] == "witness" && len(items) >= 3:
		found, err := newWitness(items[2])
		p.names[items[1]] = len(p.parts)
		p.parts = append(p.parts, part{witness: len(p.witnesses)})
		p.witnesses = append(p.witnesses, found)
		return err
	case items[0] == "group" && len(items) >= 4:
		group := part{witness: -1}
		for _, name := range items[3:] {
			member, known := p.names[name]
			if !known {
				return fmt.Errorf("%s is nobody", name)
			}
			group.members = append(group.members, member)
		}
		switch items[2] {
		case "any":
			group.least = 1
		case "all":
			group.least = len(group.members)
		default:
			least, err := strconv.Atoi(items[2])
			if err != nil || least < 1 || least > len(group.members) {
				return errors.New("the threshold")
			}
			group.least = least
		}
		p.names[items[1]] = len(p.parts)
		p.parts = append(p.parts, group)
		return nil
	case items[0] == "quorum" && len(items) == 2 && p.quorum == unsaid:
		place, known := p.names[items[1]]
		if items[1] == "none" {
			place, known = noQuorum, true
		}
		p.quorum = place
		if !known {
			return fmt.Errorf("%s is nobody", items[1])
		}
		return nil
	}
	return errors.New("what the line says is not known")
}

// id tells keys of one name apart.
func id(key note.Verifier) string {
	return fmt.Sprintf("%s+%08x", key.Name(), key.KeyHash())
}

// met says whether those who signed are enough.
func (p *policy) met(signed map[string]bool) bool {
	if p.quorum == noQuorum {
		return true
	}
	witnessed := make([]bool, len(p.parts))
	for place, part := range p.parts {
		if part.members == nil {
			witnessed[place] = signed[id(p.witnesses[part.witness])]
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
}

// open reads a note that must be signed by a log of the policy; nil when there is none.
func open(published folder, trusted *policy, name string) *head {
	data := published.read("signature", name, 65536)
	if data == nil {
		return nil
	}
	verifiers := append([]note.Verifier{}, trusted.logs...)
	for _, witness := range trusted.witnesses {
		verifiers = append(verifiers, witness)
	}
	opened, err := note.Open(data, note.VerifierList(verifiers...))
	if err != nil {
		fail("signature", name, "%v", err)
	}
	signed := map[string]bool{}
	for _, signature := range opened.Sigs {
		signed[fmt.Sprintf("%s+%08x", signature.Name, signature.Hash)] = true
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		fail("signature", name, "it is not a checkpoint of three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	root, rootErr := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || rootErr != nil || len(root) != 32 || size < 0 || size > 1<<62 || strconv.FormatInt(size, 10) != lines[1] {
		fail("signature", name, "it is not a checkpoint")
	}
	found := &head{place: name, origin: lines[0], size: size, quorum: trusted.met(signed)}
	copy(found.root[:], root)
	for _, log := range trusted.logs {
		if log.Name() == found.origin && signed[id(log)] {
			return found
		}
	}
	fail("signature", name, "it is not signed by the log's key")
	return nil
}

// publications reads every published head, smallest first, each size once.
func publications(published folder, trusted *policy) ([]head, int64) {
	latest := numberOf(published.line("publication", "checkpoints/latest"), "checkpoints/latest")
	var heads []head
	for number := int64(1); number <= latest; number++ {
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
	return heads, latest
}

// numberOf reads the number of a publication.
func numberOf(text, place string) int64 {
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil || number < 1 || strconv.FormatInt(number, 10) != text {
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
