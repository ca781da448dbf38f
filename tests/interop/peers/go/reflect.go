package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	reflectpb "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

const testService = "grpc.testing.TestService"

// reflect asks a server what it serves, by grpc-go's client of reflection: one stream for each case.
func reflect(address string) {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	defer connection.Close()
	client := reflectpb.NewServerReflectionClient(connection)
	for _, each := range []struct {
		name string
		run  func(reflectpb.ServerReflection_ServerReflectionInfoClient) error
	}{
		{"list_services", listServices},
		{"files_of_symbol", filesOfSymbol},
		{"unknown_symbol", unknownSymbol},
	} {
		line := map[string]string{"case": "grpc-go: " + each.name}
		limited, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		stream, err := client.ServerReflectionInfo(limited)
		if err == nil {
			err = each.run(stream)
		}
		if err != nil {
			line["error"] = err.Error()
		}
		cancel()
		say(line)
	}
}

type reflection = reflectpb.ServerReflection_ServerReflectionInfoClient

func ask(stream reflection, request *reflectpb.ServerReflectionRequest) (*reflectpb.ServerReflectionResponse, error) {
	if err := stream.Send(request); err != nil {
		return nil, err
	}
	return stream.Recv()
}

func ofSymbol(symbol string) *reflectpb.ServerReflectionRequest {
	asked := &reflectpb.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: symbol}
	return &reflectpb.ServerReflectionRequest{MessageRequest: asked}
}

func listServices(stream reflection) error {
	all := &reflectpb.ServerReflectionRequest_ListServices{ListServices: "*"}
	reply, err := ask(stream, &reflectpb.ServerReflectionRequest{MessageRequest: all})
	if err != nil {
		return err
	}
	services := reply.GetListServicesResponse().GetService()
	if !slices.ContainsFunc(services, func(one *reflectpb.ServiceResponse) bool { return one.Name == testService }) {
		return fmt.Errorf("the services are %v", services)
	}
	return nil
}

func filesOfSymbol(stream reflection) error {
	reply, err := ask(stream, ofSymbol(testService))
	if err != nil {
		return err
	}
	set := &descriptorpb.FileDescriptorSet{}
	for _, encoded := range reply.GetFileDescriptorResponse().GetFileDescriptorProto() {
		file := &descriptorpb.FileDescriptorProto{}
		if err := proto.Unmarshal(encoded, file); err != nil {
			return err
		}
		set.File = append(set.File, file)
	}
	files, err := protodesc.NewFiles(set)
	if err != nil {
		return err
	}
	service, err := files.FindDescriptorByName(testService)
	if err != nil {
		return err
	}
	if service.(protoreflect.ServiceDescriptor).Methods().ByName("FullDuplexCall") == nil {
		return fmt.Errorf("%v has no FullDuplexCall", service)
	}
	return nil
}

func unknownSymbol(stream reflection) error {
	reply, err := ask(stream, ofSymbol("no.v1.Service"))
	if err != nil {
		return err
	}
	if code := codes.Code(reply.GetErrorResponse().GetErrorCode()); code != codes.NotFound {
		return fmt.Errorf("the reply is %v", reply)
	}
	// The stream goes on.
	_, err = ask(stream, ofSymbol(testService))
	return err
}
