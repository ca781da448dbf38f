// The services that Sigil brings along, as the options of an app ask for them.
import type { DescService } from "@bufbuild/protobuf";
import type { ExchangeHandler } from "../http/exchange.ts";
import type { Schema } from "../schema/schema.ts";
import type { AppHost, AppOptions } from "../server/app.ts";
import type { ServiceBinding } from "../server/service_draft.ts";
import { Health } from "./health.ts";
import { reflectionBindings } from "./reflection.ts";
import { schemaBinding, withSchemaPage } from "./schema_page.ts";

/** Health and reflection of one app. */
export class OwnServices implements Pick<AppHost, "ownServices" | "wrap"> {
  /** Absent where the options do not ask for it. */
  readonly health: Health | undefined;
  readonly wrap: ((handler: ExchangeHandler) => ExchangeHandler) | undefined;
  readonly #reflection: boolean;

  constructor({ health = false, reflection = false }: AppOptions) {
    this.health = health ? new Health() : undefined;
    this.wrap = reflection ? withSchemaPage : undefined;
    this.#reflection = reflection;
  }

  readonly ownServices = (schema: () => Schema): ServiceBinding[] => [
    ...this.health ? [this.health.binding()] : [],
    ...this.#reflection ? [...reflectionBindings(schema), schemaBinding(schema)] : [],
  ];

  /** The app is made: each of its services begins healthy. */
  begin({ files }: Schema): void {
    for (const { typeName } of files.flatMap(({ services }): readonly DescService[] => services)) {
      this.health?.add(typeName);
    }
  }
}
