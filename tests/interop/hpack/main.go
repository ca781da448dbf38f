// The Go peer of ../hpack_peers.ts: reads connections as JSON from standard input, decodes what our encoder wrote and encodes
// the same lists with golang.org/x/net/http2/hpack, and writes both as JSON. Strings travel as hexadecimal octets.
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

func main() {
	var connections [][]step
	if err := json.NewDecoder(os.Stdin).Decode(&connections); err != nil {
		log.Fatal(err)
	}
	answers := make([][]answer, 0, len(connections))
	for _, steps := range connections {
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
			wire, err := hex.DecodeString(one.Wire)
			if err != nil {
				log.Fatal(err)
			}
			fields, err := decoder.DecodeFull(wire)
			if err != nil {
				log.Fatalf("%s: %v", one.Wire, err)
			}
			decoded := make([][2]string, 0, len(fields))
			for _, field := range fields {
				decoded = append(decoded, [2]string{hex.EncodeToString([]byte(field.Name)), hex.EncodeToString([]byte(field.Value))})
			}
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
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		log.Fatal(err)
	}
}
