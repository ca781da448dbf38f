# grpcio's reflection and health clients: `reflection.py PORT` prints a line of JSON for each case.
import json
import sys

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

SERVICE = "grpc.testing.TestService"


def list_services(channel):
    names = ProtoReflectionDescriptorDatabase(channel).get_services()
    assert SERVICE in names, names


def describe(channel):
    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    methods = {method.name for method in pool.FindServiceByName(SERVICE).methods}
    assert "FullDuplexCall" in methods, methods
    assert pool.FindMessageTypeByName("grpc.testing.SimpleRequest").fields_by_name["response_size"].number == 2


def unknown_symbol(channel):
    pool = DescriptorPool(ProtoReflectionDescriptorDatabase(channel))
    try:
        pool.FindServiceByName("no.v1.Service")
    except KeyError:
        return
    raise AssertionError("it was found")


def health(channel):
    stub = health_pb2_grpc.HealthStub(channel)
    serving = health_pb2.HealthCheckResponse.SERVING
    assert stub.Check(health_pb2.HealthCheckRequest(service=SERVICE)).status == serving
    watch = stub.Watch(health_pb2.HealthCheckRequest(service="no.v1.Service"))
    assert next(watch).status == health_pb2.HealthCheckResponse.SERVICE_UNKNOWN
    watch.cancel()
    try:
        stub.Check(health_pb2.HealthCheckRequest(service="no.v1.Service"))
    except grpc.RpcError as error:
        assert error.code() == grpc.StatusCode.NOT_FOUND, error
        return
    raise AssertionError("it was found")


with grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}") as channel:
    for case in (list_services, describe, unknown_symbol, health):
        line = {"case": f"grpcio: {case.__name__}"}
        try:
            case(channel)
        except Exception as error:
            line["error"] = repr(error)
        print(json.dumps(line))
