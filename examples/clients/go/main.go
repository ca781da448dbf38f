// Calls a running greeter in native gRPC, and ends with 1 where an answer is wrong: client [HOST:PORT]
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	greeterv1 "example.com/greeter/client/gen/greeter/v1"
)

func main() {
	address := "127.0.0.1:50051"
	if len(os.Args) > 1 {
		address = os.Args[1]
	}
	if err := callAll(address); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func callAll(address string) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	greeter := greeterv1.NewGreeterServiceClient(connection)
	for _, call := range []func(context.Context, greeterv1.GreeterServiceClient) error{
		unary, serverStreaming, clientStreaming, bidiStreaming, withMetadata, withDetails, withDeadline,
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		err := call(ctx, greeter)
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// check prints what came back; it is an error where that is not what had to.
func check(what, actual, expected string) error {
	if actual != expected {
		return fmt.Errorf("%s: expected %q, got %q", what, expected, actual)
	}
	fmt.Printf("%s: %s\n", what, actual)
	return nil
}

func unary(ctx context.Context, greeter greeterv1.GreeterServiceClient) error {
	request := &greeterv1.SayHelloRequest{Name: "Ada", Language: greeterv1.Language_LANGUAGE_FRENCH}
	reply, err := greeter.SayHello(ctx, request)
	if err != nil {
		return err
	}
	return check("SayHello", reply.GetText(), "Bonjour, Ada!")
}

func serverStreaming(ctx context.Context, greeter greeterv1.GreeterServiceClient) error {
	stream, err := greeter.CountDown(ctx, &greeterv1.CountDownRequest{From: 3, PauseMs: 10})
	if err != nil {
		return err
	}
	var texts []string
	for {
		reply, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return check("CountDown", strings.Join(texts, " "), "3 … 2 … 1 … Lift-off!")
		}
		if err != nil {
			return err
		}
		texts = append(texts, reply.GetText())
	}
}

func clientStreaming(ctx context.Context, greeter greeterv1.GreeterServiceClient) error {
	stream, err := greeter.GreetAll(ctx)
	if err != nil {
		return err
	}
	for _, name := range []string{"Ada", "Grace"} {
		if err := stream.Send(&greeterv1.GreetAllRequest{Name: name}); err != nil {
			return err
		}
	}
	reply, err := stream.CloseAndRecv()
	if err != nil {
		return err
	}
	return check("GreetAll", reply.GetText(), "Hello, Ada and Grace!")
}

// bidiStreaming sends the second request when the first has its reply.
func bidiStreaming(ctx context.Context, greeter greeterv1.GreeterServiceClient) error {
	stream, err := greeter.Chat(ctx)
	if err != nil {
		return err
	}
	var texts []string
	for _, name := range []string{"Ada", "Grace"} {
		if err := stream.Send(&greeterv1.ChatRequest{Name: name}); err != nil {
			return err
		}
		reply, err := stream.Recv()
		if err != nil {
			return err
		}
		texts = append(texts, reply.GetText())
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if reply, err := stream.Recv(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("Chat: expected its end, got %v, %v", reply, err)
	}
	return check("Chat", strings.Join(texts, " "), "Hello, Ada! Hello, Grace!")
}

func withMetadata(ctx context.Context, greeter greeterv1.GreeterServiceClient) error {
	var header metadata.MD
	ctx = metadata.AppendToOutgoingContext(ctx, "x-request-id", "42")
	if _, err := greeter.SayHello(ctx, &greeterv1.SayHelloRequest{Name: "Ada"}, grpc.Header(&header)); err != nil {
		return err
	}
	return check("x-request-id", strings.Join(header.Get("x-request-id"), ", "), "42")
}

func withDetails(ctx context.Context, greeter greeterv1.GreeterServiceClient) error {
	_, err := greeter.SayHello(ctx, &greeterv1.SayHelloRequest{Name: "Ada", Language: 42})
	failure := status.Convert(err)
	text := code(err) + " " + failure.Message()
	if err := check("error", text, "INVALID_ARGUMENT the greeter does not speak language 42"); err != nil {
		return err
	}
	var names []string
	for _, detail := range failure.Details() {
		known, ok := detail.(*greeterv1.KnownLanguages)
		if !ok {
			return fmt.Errorf("details: expected KnownLanguages, got %v", detail)
		}
		for _, language := range known.GetLanguages() {
			names = append(names, language.String())
		}
	}
	return check("details", strings.Join(names, " "), "LANGUAGE_ENGLISH LANGUAGE_FRENCH LANGUAGE_GERMAN")
}

func withDeadline(ctx context.Context, greeter greeterv1.GreeterServiceClient) error {
	ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
	defer cancel()
	stream, err := greeter.CountDown(ctx, &greeterv1.CountDownRequest{From: 1000, PauseMs: 10_000})
	for err == nil {
		_, err = stream.Recv()
	}
	return check("deadline", code(err), "DEADLINE_EXCEEDED")
}

// code is the name that gRPC's documentation has for an error's code.
func code(err error) string {
	switch code := status.Code(err); code {
	case codes.InvalidArgument:
		return "INVALID_ARGUMENT"
	case codes.DeadlineExceeded:
		return "DEADLINE_EXCEEDED"
	default:
		return code.String()
	}
}
