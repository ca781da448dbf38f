// The grpc-go subject: `peer serve` answers the Greeter service on a free port, `peer call URL` is the client program.
// Both speak the harness's protocol: one JSON line when ready, and for the client one JSON line a `run` order.
package main

import (
	"fmt"
	"os"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "serve" {
		serve()
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "call" {
		call(os.Args[2])
		return
	}
	fmt.Fprintln(os.Stderr, "usage: peer serve | peer call HOST:PORT")
	os.Exit(2)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
