package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"sigil.bench/peer/greeterpb"
)

const inFlight = 64

type order struct {
	Seconds float64 `json:"seconds"`
}

// call keeps 64 calls in flight on one connection for as long as each order on stdin says.
func call(address string) {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fail(err)
	}
	client := greeterpb.NewGreeterClient(connection)
	if err := greet(client); err != nil {
		fail(err)
	}
	fmt.Println(`{"port":0}`)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var next order
		if err := json.Unmarshal(lines.Bytes(), &next); err != nil {
			fail(err)
		}
		count, elapsed := measure(client, time.Duration(next.Seconds*float64(time.Second)))
		fmt.Printf("{\"count\":%d,\"seconds\":%f}\n", count, elapsed.Seconds())
	}
}

func greet(client greeterpb.GreeterClient) error {
	reply, err := client.SayHello(context.Background(), &greeterpb.HelloRequest{Name: "twenty byte greeting"})
	if err != nil {
		return err
	}
	if reply.GetMessage() != "Hello, twenty byte greeting!" {
		return fmt.Errorf("the server answered %q", reply.GetMessage())
	}
	return nil
}

func measure(client greeterpb.GreeterClient, span time.Duration) (int64, time.Duration) {
	var count atomic.Int64
	var workers sync.WaitGroup
	start := time.Now()
	for range inFlight {
		workers.Go(func() {
			for time.Since(start) < span {
				if err := greet(client); err != nil {
					fail(err)
				}
				count.Add(1)
			}
		})
	}
	workers.Wait()
	return count.Load(), time.Since(start)
}
