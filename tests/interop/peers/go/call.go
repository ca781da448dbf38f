package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	testpb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

const bigBytes = 4_000_000

func call(address string, files []string) {
	security := insecure.NewCredentials()
	if len(files) == 1 {
		var err error
		security, err = credentials.NewClientTLSFromFile(files[0], "localhost")
		check(err)
	}
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(security))
	check(err)
	defer connection.Close()
	client := testpb.NewTestServiceClient(connection)
	for _, each := range []struct {
		name string
		run  func(context.Context, testpb.TestServiceClient) error
	}{
		{"error_details", errorDetails},
		{"big_message", bigMessage},
		{"deadline", deadline},
	} {
		line := map[string]string{"case": each.name}
		limited, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		if err := each.run(limited, client); err != nil {
			line["error"] = err.Error()
		}
		cancel()
		say(line)
	}
}

func errorDetails(ctx context.Context, client testpb.TestServiceClient) error {
	asked := &testpb.EchoStatus{Code: int32(codes.FailedPrecondition), Message: "détail"}
	_, err := client.UnaryCall(ctx, &testpb.SimpleRequest{ResponseStatus: asked})
	failure := status.Convert(err)
	if failure.Code() != codes.FailedPrecondition || failure.Message() != "détail" {
		return fmt.Errorf("the status is %v", failure)
	}
	if details := failure.Details(); len(details) != 1 || !proto.Equal(details[0].(proto.Message), asked) {
		return fmt.Errorf("the details are %v", details)
	}
	return nil
}

func bigMessage(ctx context.Context, client testpb.TestServiceClient) error {
	body := bytes.Repeat([]byte{31}, bigBytes)
	reply, err := client.UnaryCall(ctx, &testpb.SimpleRequest{ResponseSize: bigBytes, Payload: &testpb.Payload{Body: body}})
	if err == nil && len(reply.GetPayload().GetBody()) != bigBytes {
		err = fmt.Errorf("%d bytes came back", len(reply.GetPayload().GetBody()))
	}
	return err
}

func deadline(ctx context.Context, client testpb.TestServiceClient) error {
	limited, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	stream, err := client.FullDuplexCall(limited)
	if err != nil {
		return err
	}
	if _, err = stream.Recv(); status.Code(err) != codes.DeadlineExceeded {
		return fmt.Errorf("the call ended with %v", err)
	}
	return nil
}
