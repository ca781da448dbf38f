package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"google.golang.org/grpc"

	"sigil.bench/peer/greeterpb"
)

type greeter struct {
	greeterpb.UnimplementedGreeterServer
}

func (greeter) SayHello(_ context.Context, request *greeterpb.HelloRequest) (*greeterpb.HelloReply, error) {
	return &greeterpb.HelloReply{Message: "Hello, " + request.GetName() + "!"}, nil
}

func (greeter) Watch(request *greeterpb.WatchRequest, stream grpc.ServerStreamingServer[greeterpb.HelloReply]) error {
	for range request.GetCount() {
		if err := stream.Send(&greeterpb.HelloReply{Message: "Hello, " + request.GetName() + "!"}); err != nil {
			return err
		}
	}
	return nil
}

func (greeter) Chat(stream grpc.BidiStreamingServer[greeterpb.HelloRequest, greeterpb.HelloReply]) error {
	for {
		request, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(&greeterpb.HelloReply{Message: "Hello, " + request.GetName() + "!"}); err != nil {
			return err
		}
	}
}

func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fail(err)
	}
	server := grpc.NewServer()
	greeterpb.RegisterGreeterServer(server, greeter{})
	fmt.Printf("{\"port\":%d}\n", listener.Addr().(*net.TCPAddr).Port)
	if err := server.Serve(listener); err != nil {
		fail(err)
	}
}
