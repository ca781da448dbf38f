// Certificates for tests, valid until 2126: an authority, and what it signed for a server at localhost, 127.0.0.1 and ::1,
// and for a client. The authority's key was thrown away, so nothing else can be signed with it.
import { readFileSync } from "node:fs";

/** PEM texts of the files beside this one. */
export const certificates: {
  ca: string;
  server: { key: string; cert: string };
  client: { key: string; cert: string };
} = {
  ca: pem("ca.pem"),
  server: { key: pem("server.key.pem"), cert: pem("server.pem") },
  client: { key: pem("client.key.pem"), cert: pem("client.pem") },
};

function pem(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}
