// gRPC's health checking: what load balancers, Kubernetes and clients ask whether a server is to be used.
// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
import type { DescService } from "@bufbuild/protobuf";
import { notFound, resourceExhausted } from "../rpc/error.ts";
import type { HandlerContext } from "../rpc/handler_context.ts";
import { serviceClassAnnotation } from "../schema/annotation.ts";
import { implement, type ServiceBinding, type ServiceLike } from "../server/service_draft.ts";
import { healthService } from "./health_descriptor.ts";

/** Whether a service is to be used. */
export type ServingStatus = "UNKNOWN" | "SERVING" | "NOT_SERVING";

/** As the wire has them; the last one is what Watch says of a service that is not there. */
const NUMBERS = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 } as const;

/** Callers that may watch at once. */
const MAX_WATCHERS = 1000;

/** Services that List tells of. Its own limit says so too: "resource_exhausted" where there are more. */
const MAX_LISTED = 100;

interface CheckRequest {
  readonly service: string;
}
interface CheckReply {
  readonly status: number;
}

/** The health of an app and of its services, for `grpc.health.v1.Health`. */
export class Health {
  readonly #statuses = new Map<string, ServingStatus>([["", "SERVING"]]);
  /** Those that wait for a change. */
  readonly #waiting = new Set<() => void>();
  #watchers = 0;
  #isShuttingDown = false;

  /**
   * Says whether a service is to be used. Watchers are told at once.
   *
   * All services of the app begin as `"SERVING"`, and so does the app as a whole, whose name is `""`. From the moment that a
   * shutdown begins all are `"NOT_SERVING"`, whatever is set.
   *
   * @param service a class decorated with `@Service`, a contract's binding, a full name (`"shop.v1.Orders"`), or `""` for the app
   * @throws TypeError for a class that is no service, and for what is no status
   */
  set(service: string | ServiceLike, status: ServingStatus): void {
    if (!Object.hasOwn(NUMBERS, status) || (status as string) === "SERVICE_UNKNOWN") {
      throw new TypeError(`${JSON.stringify(status)} is no status. Use "SERVING", "NOT_SERVING" or "UNKNOWN".`);
    }
    this.#statuses.set(nameOf(service), status);
    this.#tell();
  }

  /** The status of a service, by name or class; undefined where none of that name is known. */
  get(service: string | ServiceLike): ServingStatus | undefined {
    const status = this.#statuses.get(nameOf(service));
    return status !== undefined && this.#isShuttingDown ? "NOT_SERVING" : status;
  }

  /** Notes a service that the app serves, unless its status was set before. */
  add(typeName: string): void {
    if (!this.#statuses.has(typeName)) this.#statuses.set(typeName, "SERVING");
  }

  /** A shutdown begins: nothing is to be used any more, and watchers are let go once they were told. */
  shutDown(): void {
    this.#isShuttingDown = true;
    this.#tell();
  }

  /** The app serves again after a shutdown. */
  resume(): void {
    this.#isShuttingDown = false;
  }

  /** The service to mount. */
  binding(): ServiceBinding {
    const implementation = {
      check: ({ service }: CheckRequest): CheckReply => {
        const status = this.get(service);
        if (status === undefined) notFound(`no service is called "${service}" here`);
        return { status: NUMBERS[status] };
      },
      list: () => {
        if (this.#statuses.size > MAX_LISTED) {
          resourceExhausted(`there are ${this.#statuses.size} services, and List tells of ${MAX_LISTED} at the most`);
        }
        const statuses: Record<string, CheckReply> = {};
        for (const name of this.#statuses.keys()) statuses[name] = { status: NUMBERS[this.get(name)!] };
        return { statuses };
      },
      watch: (request: CheckRequest, context: HandlerContext) => this.#watch(request, context),
    };
    return implement<DescService>(healthService(), implementation as never);
  }

  async *#watch({ service }: CheckRequest, { signal }: HandlerContext): AsyncGenerator<CheckReply, void> {
    if (this.#watchers >= MAX_WATCHERS) resourceExhausted(`${MAX_WATCHERS} callers watch already, the most that may`);
    this.#watchers++;
    try {
      // What changed several times while a slow watcher took its message is told as it is now.
      for (let told = -1; !signal.aborted;) {
        const status = NUMBERS[this.get(service) ?? "SERVICE_UNKNOWN"];
        if (status !== told) yield { status: told = status };
        else if (this.#isShuttingDown) return;
        else await this.#change(signal);
      }
    } finally {
      this.#watchers--;
    }
  }

  /** Resolves when a status changes, or the signal aborts. */
  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener("abort", done);
    });
  }

  #tell(): void {
    for (const done of [...this.#waiting]) done();
  }
}

function nameOf(service: string | ServiceLike): string {
  if (typeof service === "string") return service;
  if (typeof service !== "function") return service.contract.typeName;
  const annotation = serviceClassAnnotation(service);
  if (annotation === undefined) throw new TypeError(`class ${service.name} is no service. Decorate it with @Service.`);
  return annotation.contract.typeName;
}
