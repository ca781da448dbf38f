// What each protocol gives to an app and to clients: the two interfaces that grpc/, grpc_web/ and connect/ fill. The app is
// given a list of them, so a bundle carries what it uses. Served, for now, by connect-es's handlers and transports.
import type { Transport } from "@connectrpc/connect";
import type {
  CommonTransportOptions,
  ProtocolHandlerFactory,
  UniversalHandlerOptions,
} from "@connectrpc/connect/protocol";

/** The server side of a protocol. */
export interface ServerProtocol {
  /** `"grpc"`, `"grpc-web"` or `"connect"`. */
  readonly name: string;
  /** Makes what serves methods in this protocol. */
  handlers(options: Partial<UniversalHandlerOptions>): ProtocolHandlerFactory;
}

/** The client side of a protocol: makes a transport for a base URL and an HTTP client. */
export type ClientProtocol = (options: CommonTransportOptions) => Transport;
