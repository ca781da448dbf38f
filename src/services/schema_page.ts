// `GET /schema`: the descriptors of all that an app serves, for tools that can't do reflection's streams (`buf build
// http://host/schema#format=binpb`, `grpcurl -protoset`). It is a call like any other, so that the app's interceptors see it.
import { EmptySchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import type { ExchangeHandler } from "../http/exchange.ts";
import { WrappedExchange } from "../http/wrapped_exchange.ts";
import { descriptorSet } from "../proto/descriptor_set.ts";
import type { Schema } from "../schema/schema.ts";
import { service, unary } from "../schema/service.ts";
import { implement, type ServiceBinding } from "../server/service_draft.ts";

/** The path of the page. */
export const SCHEMA_PATH = "/schema";

const SchemaService = service("sigil.schema.v1.Schema", {
  get: unary(EmptySchema, FileDescriptorSetSchema, { idempotency: "NO_SIDE_EFFECTS" }),
});

/** The service behind the page. @param schema what the app serves, once it is known */
export function schemaBinding(schema: () => Schema): ServiceBinding {
  return implement(SchemaService, { get: () => descriptorSet(schema().files) });
}

/** Makes a handler answer `GET /schema` by what its service answers to a GET of Connect. */
export function withSchemaPage(handler: ExchangeHandler): ExchangeHandler {
  return (exchange) => {
    const isPage = exchange.method === "GET" && exchange.path === SCHEMA_PATH;
    handler(isPage ? new SchemaPage(exchange) : exchange);
  };
}

class SchemaPage extends WrappedExchange {
  override get path(): string {
    return `/${SchemaService.typeName}/Get`;
  }

  override get url(): string {
    return new URL(`${this.path}?connect=v1&encoding=proto&message=`, this.inner.url).href;
  }
}
