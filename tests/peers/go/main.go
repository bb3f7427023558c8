// Verify audits a published access log (docs/audit.md) with the notes and the Merkle tree of Go's checksum database,
// golang.org/x/mod/sumdb. It shares no code with the program that wrote the log.
//
//	verify DIR [--policy FILE]
//
// It reads the bundles and hashes them itself: tlog.TileHashReader is not used, so that no partial tile is believed.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A violation is a promise that the log breaks.
type violation struct{ check, place, sentence string }

func (v violation) Error() string {
	return fmt.Sprintf("FAIL %s %s: %s", v.check, v.place, v.sentence)
}

func fail(check, place, format string, values ...any) {
	panic(violation{check, place, fmt.Sprintf(format, values...)})
}

// An unreadable is a file without which nothing was found out.
type unreadable struct{ error }

type folder string

// read returns the file, or nil when there is none.
func (f folder) read(check, name string, most int) []byte {
	path := filepath.Join(string(f), name)
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		panic(unreadable{err})
	}
	if info.Size() > int64(most) {
		fail(check, name, "it is longer than the %d bytes that it may have", most)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		panic(unreadable{err})
	}
	if data == nil {
		data = []byte{}
	}
	return data
}

// line is the one line of a file that must be there.
func (f folder) line(check, name string) string {
	line := f.optionalLine(check, name)
	if line == nil {
		panic(unreadable{fmt.Errorf("there is no %s, so this is no published log", name)})
	}
	return *line
}

// optionalLine is the one line of a file; nil when there is none.
func (f folder) optionalLine(check, name string) *string {
	data := f.read(check, name, 1024)
	if data == nil {
		return nil
	}
	text := string(data)
	if !strings.HasSuffix(text, "\n") {
		fail(check, name, "it is not one line of text")
	}
	text = strings.TrimSuffix(text, "\n")
	return &text
}

// accessPolicy checks that the policy with this hash is published.
func (f folder) accessPolicy(hash string, index int64) {
	name := "policies/" + hash
	text := f.read("policy", name, 1<<20)
	if text == nil {
		fail("policy", name, "it is not there, and entry %d names it", index)
	}
	sum := sha256.Sum256(text)
	if hex.EncodeToString(sum[:]) != hash {
		fail("policy", name, "it is another text than the one that entry %d names", index)
	}
}

func audit(place, policyFile string) {
	published := folder(place)
	var trusted *policy
	if policyFile == "" {
		trusted = policyOfKey(published.line("signature", "key"), "key")
	} else {
		text, err := os.ReadFile(policyFile)
		if err == nil {
			trusted, err = parsePolicy(string(text))
		}
		if err != nil {
			panic(unreadable{err})
		}
	}
	heads, latest := publications(published, trusted)
	newest := heads[len(heads)-1]
	entries := newEntries(published, heads, earlierLogs(published))
	entries.run(newest.size)
	rooted := entries.days.finish()
	fmt.Printf("OK %s: %d entries, %d publications, %d days rooted%s\n", newest.origin, newest.size, latest, rooted, entries.bridged())
	if policyFile == "" {
		fmt.Println("NOT CHECKED whose log this is: the key was taken from beside the checkpoint.")
	}
}

func main() {
	arguments := os.Args[1:]
	policyFile := ""
	if len(arguments) == 3 && arguments[1] == "--policy" {
		policyFile = arguments[2]
	} else if len(arguments) != 1 {
		fmt.Fprintln(os.Stderr, "usage: verify DIR [--policy FILE]")
		os.Exit(2)
	}
	defer func() {
		switch found := recover().(type) {
		case nil:
		case violation:
			fmt.Println(found.Error())
			os.Exit(1)
		case unreadable:
			fmt.Fprintln(os.Stderr, "could not be read:", found.Error())
			os.Exit(2)
		default:
			panic(found)
		}
	}()
	audit(arguments[0], policyFile)
}
