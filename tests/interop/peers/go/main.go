// What grpc-go's own interop programs don't do: errors with details, big messages, deadlines that strike in silence.
// `peer serve [CERT KEY]` serves grpc.testing.TestService on a free port and prints `{"port":N}`; `peer call ADDRESS [CA]`
// makes each call and prints one line of JSON for it, `{"case":NAME}`, with an `error` where it failed; `peer reflect ADDRESS` does
// so for questions to reflection.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	switch {
	case len(os.Args) >= 2 && os.Args[1] == "serve":
		serve(os.Args[2:])
	case len(os.Args) >= 3 && os.Args[1] == "call":
		call(os.Args[2], os.Args[3:])
	case len(os.Args) == 3 && os.Args[1] == "reflect":
		reflect(os.Args[2])
	default:
		fmt.Fprintln(os.Stderr, "usage: peer serve [CERT KEY] | peer call ADDRESS [CA] | peer reflect ADDRESS")
		os.Exit(2)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func say(line any) {
	check(json.NewEncoder(os.Stdout).Encode(line))
}
