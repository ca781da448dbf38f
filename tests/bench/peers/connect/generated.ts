// The unary part of the Greeter service as generated code: the file descriptor in base64, as protoc-gen-es writes it.
import { fileDesc, type GenService, serviceDesc } from "@bufbuild/protobuf/codegenv2";

const file = fileDesc(
  "Cg1ncmVldGVyLnByb3RvEghiZW5jaC52MSIcCgxIZWxsb1JlcXVlc3QSDAoEbmFtZRgBIAEoCSIdCgpIZWxsb1JlcGx5Eg8KB21lc3NhZ2UYASABKAkyQwoHR3JlZXRlchI4CghTYXlIZWxsbxIWLmJlbmNoLnYxLkhlbGxvUmVxdWVzdBoULmJlbmNoLnYxLkhlbGxvUmVwbHliBnByb3RvMw",
);

/** bench.v1.Greeter with SayHello only. */
export const Greeter: GenService<Record<never, never>> = serviceDesc(file, 0);
