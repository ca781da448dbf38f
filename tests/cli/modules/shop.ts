// A decorated app as a user's module has it, with a TypeScript enum, which Node alone can't run either.
import { Enum, Field, Message, type MessageInit, Service, Sigil, Unary } from "sigil";

enum Size {
  UNSPECIFIED = 0,
  LARGE = 1,
}
Enum("shop.v1.Size", Size);

@Message("shop.v1.Cup", { doc: "A cup of something." })
class Cup {
  @Field(1)
  content = "";
  @Field(2, Size)
  size = Size.UNSPECIFIED;
}

@Service("shop.v1.Bar")
class Bar {
  @Unary(Cup, Cup, { doc: "Fills it up." })
  fill(cup: Cup): MessageInit<Cup> {
    return { content: cup.content, size: Size.LARGE };
  }
}

export const app: Sigil = new Sigil({ services: [Bar] });
