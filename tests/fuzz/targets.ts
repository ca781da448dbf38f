// All targets. A new one is a file in targets/ and a line here; its inputs that were found go into corpus/<name>/.
import type { FuzzTarget } from "./fuzz_target.ts";
import { base64 } from "./targets/base64.ts";
import { client, server } from "./targets/connection.ts";
import { envelope } from "./targets/envelope.ts";
import { frame } from "./targets/frame.ts";
import { percent, timeout } from "./targets/header_value.ts";
import { hpack } from "./targets/hpack.ts";
import { http } from "./targets/http.ts";
import { jsonMessage, message } from "./targets/message.ts";
import { connectError, trailers } from "./targets/reply.ts";

export const TARGETS: readonly FuzzTarget[] = [
  frame,
  hpack,
  server,
  client,
  envelope,
  timeout,
  percent,
  base64,
  trailers,
  connectError,
  http,
  message,
  jsonMessage,
];
