// The service greeter.v1.GreeterService: one method of each kind of call. The decorators name request and response, and check
// that the method takes and answers just those.
import {
  BidiStreaming,
  ClientStreaming,
  createSchema,
  type HandlerContext,
  inject,
  invalidArgument,
  ServerStreaming,
  Service,
  Unary,
} from "sigil";
import {
  ChatRequest,
  ChatResponse,
  CountDownRequest,
  CountDownResponse,
  GreetAllRequest,
  GreetAllResponse,
  type Greeting,
  KnownLanguages,
  SayHelloRequest,
  SayHelloResponse,
} from "./messages.ts";
import { PhraseBook } from "./phrase_book.ts";

/** The descriptor of the detail that errors carry. */
const knownLanguages = createSchema({ messages: [KnownLanguages] }).registry.getMessage("greeter.v1.KnownLanguages")!;

@Service("greeter.v1.GreeterService", { doc: "Greets in four kinds of calls." })
export class Greeter {
  #phrases = inject(PhraseBook);

  @Unary(SayHelloRequest, SayHelloResponse, { doc: "Greets one.", idempotency: "NO_SIDE_EFFECTS" })
  sayHello(request: SayHelloRequest): SayHelloResponse {
    return this.#greet(request.knownName, request);
  }

  @ServerStreaming(CountDownRequest, CountDownResponse, { doc: "Counts down to zero." })
  async *countDown(request: CountDownRequest, context: HandlerContext): AsyncGenerator<CountDownResponse> {
    const { from, pauseMs } = request;
    if (from < 0 || from > 1000) invalidArgument(`from is ${from}; it must be 0 to 1000`);
    if (pauseMs < 0 || pauseMs > 10_000) invalidArgument(`pause_ms is ${pauseMs}; it must be 0 to 10000`);
    for (let left = from; left >= 0 && !context.signal.aborted; left--) {
      yield { left, text: left === 0 ? "Lift-off!" : `${left} …` };
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  @ClientStreaming(GreetAllRequest, GreetAllResponse, { doc: "Takes any number of names and greets them all at once." })
  async greetAll(requests: AsyncIterable<GreetAllRequest>): Promise<GreetAllResponse> {
    const names: string[] = [];
    let last = new GreetAllRequest();
    for await (const request of requests) {
      names.push(request.knownName);
      last = request;
    }
    return this.#greet(new Intl.ListFormat("en").format(names) || "nobody", last);
  }

  @BidiStreaming(ChatRequest, ChatResponse, { doc: "Greets each name as it comes." })
  async *chat(requests: AsyncIterable<ChatRequest>): AsyncGenerator<ChatResponse> {
    for await (const request of requests) yield this.#greet(request.knownName, request);
  }

  #greet(whom: string, { language }: Greeting): { text: string } {
    const hello = this.#phrases.hello(language) ?? this.#refuse(language);
    return { text: `${hello}, ${whom}!` };
  }

  #refuse(language: number): never {
    const value: Record<string, unknown> = { languages: this.#phrases.languages() };
    const details = [{ desc: knownLanguages, value }];
    return invalidArgument(`the greeter does not speak language ${language}`, { details });
  }
}
