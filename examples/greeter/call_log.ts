// An interceptor of every call. It has connect-es's shape, (next) => async (request) => await next(request), and as a class
// it gets its dependencies injected.
import { ConnectError, inject, type Interceptor } from "sigil";

/** Where the lines go; a test, or another program, can register another one in the container. */
export class Journal {
  write(line: string): void {
    console.log(line);
  }
}

type Next = Parameters<Interceptor>[0];

/**
 * Writes a line for each call: its method, how it went, how long it took until its answer, or its stream, began. A caller's
 * `x-request-id` is part of the line, and goes back to the caller with reply or error.
 */
export class CallLog {
  #journal = inject(Journal);

  intercept(next: Next): Next {
    return async (request) => {
      const start = performance.now();
      const call = `${request.service.typeName}/${request.method.name}`;
      const id = request.header.get("x-request-id");
      const took = () => `${(performance.now() - start).toFixed(1)} ms${id === null ? "" : ` (${id})`}`;
      try {
        const response = await next(request);
        if (id !== null) response.header.set("x-request-id", id);
        this.#journal.write(`    [log] ${call} answered in ${took()}`);
        return response;
      } catch (error) {
        if (id !== null && error instanceof ConnectError) error.metadata.set("x-request-id", id);
        this.#journal.write(`    [log] ${call} failed in ${took()}: ${ConnectError.from(error).message}`);
        throw error;
      }
    };
  }
}
