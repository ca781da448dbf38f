// The bare subject on the edge: parses the request, makes the greeting, answers, and does nothing else. Its binary form
// reads and writes the one field by hand.
import { greet, textMessage } from "../../greeter/greeting.ts";
import { serveEdge } from "../../greeter/edge_program.ts";

const text = new TextDecoder();

await serveEdge(async (request) => {
  const contentType = request.headers.get("content-type");
  if (contentType === "application/json") {
    const { name } = await request.json() as { name: string };
    return new Response(JSON.stringify({ message: greet(name) }), { headers: { "content-type": contentType } });
  }
  if (contentType === "application/proto") {
    const body = new Uint8Array(await request.arrayBuffer());
    const reply = textMessage(greet(text.decode(body.subarray(2))));
    return new Response(reply as BodyInit, { headers: { "content-type": contentType } });
  }
  return new Response(null, { status: 415 });
});
