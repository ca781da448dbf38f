// An app with two mistakes in its schema.
import { Field, Message, Service, Sigil, Unary } from "sigil";

@Message("shop.v1.Wrong")
class Wrong {
  @Field(0)
  zero = "";
  @Field(19000)
  reserved = "";
}

@Service("shop.v1.Wrongs")
class Wrongs {
  @Unary(Wrong, Wrong)
  get(wrong: Wrong): Wrong {
    return wrong;
  }
}

export default new Sigil({ services: [Wrongs] });
