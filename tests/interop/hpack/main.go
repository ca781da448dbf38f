// The Go peer of ../hpack_peers.ts: reads connections as JSON from standard input, decodes what our encoder wrote and encodes
// the same lists with golang.org/x/net/http2/hpack, and writes both as JSON, with what it makes of the damaged blocks. Strings
// travel as hexadecimal octets.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"

	"golang.org/x/net/http2/hpack"
)

type step struct {
	// TableSize is a new SETTINGS_HEADER_TABLE_SIZE of the decoding side, or null.
	TableSize *uint32     `json:"tableSize"`
	Wire      string      `json:"wire"`
	List      [][2]string `json:"list"`
}

type answer struct {
	Decoded [][2]string `json:"decoded"`
	Encoded string      `json:"encoded"`
}

type work struct {
	Connections [][]step `json:"connections"`
	Damaged     []string `json:"damaged"`
}

type result struct {
	Answers  [][]answer    `json:"answers"`
	Verdicts [][][2]string `json:"verdicts"`
}

// decode answers nil where the block is not valid.
func decode(decoder *hpack.Decoder, wire string) [][2]string {
	octets, err := hex.DecodeString(wire)
	if err != nil {
		log.Fatal(err)
	}
	fields, err := decoder.DecodeFull(octets)
	if err != nil {
		return nil
	}
	decoded := make([][2]string, 0, len(fields))
	for _, field := range fields {
		decoded = append(decoded, [2]string{hex.EncodeToString([]byte(field.Name)), hex.EncodeToString([]byte(field.Value))})
	}
	return decoded
}

func main() {
	var todo work
	if err := json.NewDecoder(os.Stdin).Decode(&todo); err != nil {
		log.Fatal(err)
	}
	answers := make([][]answer, 0, len(todo.Connections))
	for _, steps := range todo.Connections {
		decoder := hpack.NewDecoder(4096, nil)
		var out bytes.Buffer
		encoder := hpack.NewEncoder(&out)
		replies := make([]answer, 0, len(steps))
		for _, one := range steps {
			if one.TableSize != nil {
				decoder.SetAllowedMaxDynamicTableSize(*one.TableSize)
				encoder.SetMaxDynamicTableSizeLimit(*one.TableSize)
				encoder.SetMaxDynamicTableSize(*one.TableSize)
			}
			decoded := decode(decoder, one.Wire)
			out.Reset()
			for _, field := range one.List {
				name, _ := hex.DecodeString(field[0])
				value, _ := hex.DecodeString(field[1])
				secret := string(name) == "authorization"
				if err := encoder.WriteField(hpack.HeaderField{Name: string(name), Value: string(value), Sensitive: secret}); err != nil {
					log.Fatal(err)
				}
			}
			replies = append(replies, answer{decoded, hex.EncodeToString(out.Bytes())})
		}
		answers = append(answers, replies)
	}
	verdicts := make([][][2]string, 0, len(todo.Damaged))
	for _, wire := range todo.Damaged {
		verdicts = append(verdicts, decode(hpack.NewDecoder(4096, nil), wire))
	}
	if err := json.NewEncoder(os.Stdout).Encode(result{answers, verdicts}); err != nil {
		log.Fatal(err)
	}
}
