package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

const ofLog, ofWitness byte = 1, 4

// A key is that of a log (type 1) or of a witness (type 4, C2SP tlog-cosignature, which package note does not know).
// note.NewVerifier reads keys more leniently than docs/log.md writes them.
type key struct {
	name   string
	hash   uint32
	kind   byte
	public ed25519.PublicKey
}

func (k key) Name() string    { return k.name }
func (k key) KeyHash() uint32 { return k.hash }

func (k key) Verify(message, signature []byte) bool {
	if k.kind == ofWitness {
		if len(signature) != 72 {
			return false
		}
		time := binary.BigEndian.Uint64(signature)
		if time == 0 || time >= 1<<63 {
			return false
		}
		message, signature = []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, message)), signature[8:]
	}
	return len(signature) == 64 && isStrong(signature[:32]) && ed25519.Verify(k.public, message, signature)
}

// newKey reads `name+hex+base64` in its one spelling.
func newKey(text string, kind byte) (key, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 || !isName(parts[0]) {
		return key{}, errors.New("not a verifier key")
	}
	data, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(data) != 33 || data[0] != kind || !isStrong(data[1:]) {
		return key{}, errors.New("not a verifier key of this kind")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), data...))
	found := key{parts[0], binary.BigEndian.Uint32(sum[:4]), kind, data[1:]}
	if found.String() != text {
		return key{}, errors.New("not a verifier key in its one spelling")
	}
	return found, nil
}

// id is by what a note names the key.
func (k key) id() string { return fmt.Sprintf("%s+%08x", k.name, k.hash) }

// String is the key as it is published.
func (k key) String() string {
	data := append([]byte{k.kind}, k.public...)
	return fmt.Sprintf("%s+%08x+%s", k.name, k.hash, base64.StdEncoding.EncodeToString(data))
}

func isName(text string) bool {
	bad := func(letter rune) bool { return unicode.IsSpace(letter) || unicode.IsControl(letter) || letter == '+' }
	return text != "" && len(text) <= 255 && utf8.ValidString(text) && strings.IndexFunc(text, bad) < 0
}

// The curve of Ed25519 (RFC 8032 section 5.1): -x² + y² = 1 + d·x²·y² modulo the prime.
var (
	prime  = number("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed")
	curveD = number("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3")
	// The two points of order 8 on each side of the curve; the other weak ones have y = 0, 1 and -1.
	order8 = number("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d706a17c7")
)

func number(hex string) *big.Int {
	found, _ := new(big.Int).SetString(hex, 16)
	return found
}

// isStrong says whether these 32 bytes are the one spelling of a point on the curve that is not of a small order.
func isStrong(point []byte) bool {
	bytes := make([]byte, 32)
	for place, value := range point {
		bytes[31-place] = value
	}
	bytes[0] &= 0x7f
	y := new(big.Int).SetBytes(bytes)
	if y.Cmp(prime) >= 0 {
		return false
	}
	one := big.NewInt(1)
	for _, weak := range []*big.Int{{}, one, new(big.Int).Sub(prime, one), order8, new(big.Int).Sub(prime, order8)} {
		if y.Cmp(weak) == 0 {
			return false
		}
	}
	square := new(big.Int).Mul(y, y)
	above := new(big.Int).Sub(square, one)
	below := new(big.Int).Add(new(big.Int).Mul(curveD, square), one)
	// x² = above / below has a root when above · below has one.
	product := new(big.Int).Mul(above, below)
	return big.Jacobi(product.Mod(product, prime), prime) == 1
}

// isStrict says whether a note is one for the other auditors too: package note lets pass loose base64, long names and
// more signatures, and verifies of two signatures by one key the first.
func isStrict(note []byte, known []key) error {
	end := bytes.LastIndex(note, []byte("\n\n"))
	if end < 0 || !utf8.Valid(note) {
		return errors.New("it is not a signed note")
	}
	text := string(note[:end+1])
	if strings.IndexFunc(text, func(letter rune) bool { return unicode.IsControl(letter) && letter != '\n' }) >= 0 {
		return errors.New("its text has control characters")
	}
	lines := strings.Split(strings.TrimSuffix(string(note[end+2:]), "\n"), "\n")
	if len(lines) > 64 {
		return errors.New("it has too many signatures")
	}
	for _, line := range lines {
		parts := strings.SplitN(strings.TrimPrefix(line, "\u2014 "), " ", 2)
		if len(parts) != 2 || !strings.HasPrefix(line, "\u2014 ") || !isName(parts[0]) {
			return errors.New("a signature line is not `— name base64`")
		}
		data, err := base64.StdEncoding.Strict().DecodeString(parts[1])
		if err != nil || len(data) < 5 || base64.StdEncoding.EncodeToString(data) != parts[1] {
			return errors.New("a signature line is not `— name base64`")
		}
		for _, key := range known {
			itself := key.name == parts[0] && key.hash == binary.BigEndian.Uint32(data)
			if itself && !key.Verify([]byte(text), data[4:]) {
				return fmt.Errorf("a signature in the name of %s does not verify", key.name)
			}
		}
	}
	return nil
}
