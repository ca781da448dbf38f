package main

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/interop"
	testpb "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/status"
)

// detailed is the suite's own server, but that errors carry the status that was asked for in their details.
type detailed struct {
	testpb.TestServiceServer
}

func (s detailed) UnaryCall(ctx context.Context, request *testpb.SimpleRequest) (*testpb.SimpleResponse, error) {
	asked := request.GetResponseStatus()
	if asked.GetCode() == 0 {
		return s.TestServiceServer.UnaryCall(ctx, request)
	}
	failure, err := status.New(codes.Code(asked.GetCode()), asked.GetMessage()).WithDetails(asked)
	if err != nil {
		return nil, err
	}
	return nil, failure.Err()
}

func serve(files []string) {
	var options []grpc.ServerOption
	if len(files) == 2 {
		certificate, err := credentials.NewServerTLSFromFile(files[0], files[1])
		check(err)
		options = append(options, grpc.Creds(certificate))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	server := grpc.NewServer(options...)
	testpb.RegisterTestServiceServer(server, detailed{interop.NewTestServer()})
	say(map[string]int{"port": listener.Addr().(*net.TCPAddr).Port})
	check(server.Serve(listener))
}
