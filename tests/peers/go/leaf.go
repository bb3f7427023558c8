package main

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// An item of a leaf is an unsigned number or bytes.
type item struct {
	isBytes bool
	number  uint64
	bytes   []byte
}

// A rule says what an item may be: so many bytes, or a number from least to most.
type rule struct {
	bytes       int
	least, most uint64
}

const maxU32, maxU64 = 1<<32 - 1, 1<<64 - 1

var (
	hash          = rule{bytes: 32}
	hour          = rule{most: maxU32}
	actor         = []rule{{least: 1, most: 15}, {most: maxU64}}
	circumstances = join([]rule{{least: 1, most: 8}, hour, {most: maxU32}}, actor, []rule{{least: 1, most: 21}, hash})
	access        = join(circumstances, []rule{{bytes: 16}, hash})
	summary       = join(circumstances, []rule{{most: maxU64}, hash})
	system        = join([]rule{hour}, actor, []rule{hash, hash})
	dayRoot       = []rule{{most: maxU32}, {most: maxU64}, hash}
	bridge        = []rule{hour, hash, {most: maxU64}, hash}
)

func join(parts ...[]rule) (whole []rule) {
	for _, part := range parts {
		whole = append(whole, part...)
	}
	return whole
}

func shape(kind uint64) []rule {
	switch {
	case kind >= 1 && kind <= 11:
		return access
	case kind <= 13:
		return summary
	case kind <= 18:
		return system
	case kind == 19:
		return dayRoot
	case kind == 20:
		return bridge
	}
	return nil
}

// A leaf is what the audit needs of an entry of docs/leaf.md.
type leaf struct {
	isAccess, isDayRoot bool
	isBridge            bool
	hour                uint64
	policy, tag         string
	day, count          uint64
	root                string
	origin              string
	size                uint64
}

func decodeLeaf(data []byte) (*leaf, error) {
	items, err := decodeArray(data)
	if err != nil {
		return nil, err
	}
	if len(items) < 2 || items[0].isBytes || items[0].number != 1 || items[1].isBytes || items[1].number == 0 {
		return nil, errors.New("it is not of version 1")
	}
	kind, fields := items[1].number, items[2:]
	rules := shape(kind)
	if rules == nil || len(rules) != len(fields) {
		return nil, fmt.Errorf("%d items are not the shape of kind %d", len(items), kind)
	}
	for place, rule := range rules {
		field := fields[place]
		if field.isBytes != (rule.bytes > 0) || len(field.bytes) != rule.bytes ||
			(!field.isBytes && (field.number < rule.least || field.number > rule.most)) {
			return nil, fmt.Errorf("item %d is not what it may be", place+2)
		}
	}
	found := &leaf{isAccess: kind <= 11, isDayRoot: kind == 19}
	switch {
	case kind <= 13:
		found.hour, found.policy, found.tag = fields[1].number, hex.EncodeToString(fields[6].bytes), string(fields[7].bytes)
	case kind <= 18:
		found.hour, found.policy = fields[0].number, hex.EncodeToString(fields[3].bytes)
	case kind == 19:
		found.day, found.count, found.root = fields[0].number, fields[1].number, string(fields[2].bytes)
	default:
		found.isBridge, found.hour, found.origin = true, fields[0].number, string(fields[1].bytes)
		found.size, found.root = fields[2].number, string(fields[3].bytes)
	}
	return found, nil
}

func decodeArray(data []byte) ([]item, error) {
	major, count, data, err := decodeHead(data)
	if err != nil || major != 4 || count > 11 {
		return nil, errors.New("it is not an array of a leaf's length")
	}
	items := make([]item, 0, count)
	for ; count > 0; count-- {
		var value uint64
		if major, value, data, err = decodeHead(data); err != nil {
			return nil, err
		}
		switch {
		case major == 0:
			items = append(items, item{number: value})
		case major == 2 && value <= uint64(len(data)):
			items = append(items, item{isBytes: true, bytes: data[:value]})
			data = data[value:]
		default:
			return nil, errors.New("an item is neither a number nor bytes")
		}
	}
	if len(data) > 0 {
		return nil, errors.New("something follows the leaf")
	}
	return items, nil
}

// decodeHead reads a major type and its number, which must be in the shortest form.
func decodeHead(data []byte) (byte, uint64, []byte, error) {
	if len(data) == 0 {
		return 0, 0, nil, errors.New("it ends too early")
	}
	major, info := data[0]>>5, data[0]&31
	data = data[1:]
	if info < 24 {
		return major, uint64(info), data, nil
	}
	if info > 27 || len(data) < 1<<(info-24) {
		return 0, 0, nil, errors.New("it has a number of no length")
	}
	size := 1 << (info - 24)
	value := uint64(0)
	for _, digit := range data[:size] {
		value = value<<8 | uint64(digit)
	}
	least := []uint64{24, 1 << 8, 1 << 16, 1 << 32}[info-24]
	if value < least {
		return 0, 0, nil, errors.New("a number is not in its shortest form")
	}
	return major, value, data[size:], nil
}
