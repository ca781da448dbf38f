// The messages of greeter.v1: decorated classes. The type of a field comes from its initial value, or is named where
// that does not say enough: a number has many wire types, an array says nothing of its elements.
import { Enum, Field, Message } from "sigil";

/** In protobuf: LANGUAGE_UNSPECIFIED, LANGUAGE_ENGLISH, ... */
export enum Language {
  UNSPECIFIED = 0,
  ENGLISH = 1,
  FRENCH = 2,
  GERMAN = 3,
}
Enum("greeter.v1.Language", Language, { doc: "The languages that the greeter speaks." });

/** What all requests to greet have: its fields are part of each message below that extends it. */
export abstract class Greeting {
  @Field(1, { doc: "The name of the one to greet." })
  name = "";
  @Field(2, Language, { doc: "Unspecified means English." })
  language = Language.UNSPECIFIED;

  /** Handlers receive instances of this class, so its methods and getters work there. */
  get knownName(): string {
    return this.name.trim() || "stranger";
  }
}

@Message("greeter.v1.SayHelloRequest", { doc: "Whom to greet, and how." })
export class SayHelloRequest extends Greeting {}

@Message("greeter.v1.SayHelloResponse")
export class SayHelloResponse {
  @Field(1)
  text = "";
}

@Message("greeter.v1.CountDownRequest")
export class CountDownRequest {
  @Field(1, "int32", { doc: "The number to begin with, 0 to 1000." })
  from = 0;
  @Field(2, "int32", { doc: "Milliseconds between two numbers, 0 to 10000." })
  pauseMs = 0;
}

@Message("greeter.v1.CountDownResponse")
export class CountDownResponse {
  @Field(1, "int32", { doc: "How many more responses will come." })
  left = 0;
  @Field(2)
  text = "";
}

@Message("greeter.v1.GreetAllRequest", { doc: "One of those to greet, and how." })
export class GreetAllRequest extends Greeting {}

@Message("greeter.v1.GreetAllResponse")
export class GreetAllResponse {
  @Field(1)
  text = "";
}

@Message("greeter.v1.ChatRequest", { doc: "Whom to greet next, and how." })
export class ChatRequest extends Greeting {}

@Message("greeter.v1.ChatResponse")
export class ChatResponse {
  @Field(1)
  text = "";
}

@Message("greeter.v1.KnownLanguages", { doc: "What errors have as a detail where a language is not spoken." })
export class KnownLanguages {
  @Field(1, Language, { doc: "The languages that can be asked for." })
  languages: Language[] = [];
}
