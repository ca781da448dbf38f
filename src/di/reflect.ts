// The metadata functions of `Reflect`, for compilers that emit metadata with legacy decorators, and for tsyringe's parameter
// decorators. Left out is what neither calls. An earlier polyfill stays as it is, and a later one finds what was stored here by
// these functions, as reflect-metadata does with those of its first version.

type Key = string | symbol | undefined;
type Entries = Map<unknown, unknown>;

interface Metadata {
  defineMetadata(key: unknown, value: unknown, target: object, property?: Key): void;
  deleteMetadata(key: unknown, target: object, property?: Key): boolean;
  getMetadata(key: unknown, target: object, property?: Key): unknown;
  getMetadataKeys(target: object, property?: Key): unknown[];
  getOwnMetadata(key: unknown, target: object, property?: Key): unknown;
  getOwnMetadataKeys(target: object, property?: Key): unknown[];
  hasMetadata(key: unknown, target: object, property?: Key): boolean;
  hasOwnMetadata(key: unknown, target: object, property?: Key): boolean;
  metadata(key: unknown, value: unknown): (target: object, property?: Key) => void;
}

const reflect = Reflect as unknown as Metadata;
const stored = new WeakMap<object, Map<Key, Entries>>();

function entriesOf(target: object, property: Key): Entries | undefined {
  return stored.get(target)?.get(property);
}

/** The target, or the nearest of its prototypes, that has a key; undefined where none has. */
function holderOf(key: unknown, target: object, property: Key): object | undefined {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    if (reflect.hasOwnMetadata(key, at, property)) return at;
  }
  return undefined;
}

const functions: Metadata = {
  defineMetadata(key, value, target, property) {
    let properties = stored.get(target);
    if (!properties) stored.set(target, properties = new Map());
    const entries = properties.get(property);
    if (entries) entries.set(key, value);
    else properties.set(property, new Map([[key, value]]));
  },
  deleteMetadata: (key, target, property) => entriesOf(target, property)?.delete(key) ?? false,
  getMetadata(key, target, property) {
    const holder = holderOf(key, target, property);
    return holder && reflect.getOwnMetadata(key, holder, property);
  },
  getMetadataKeys(target, property) {
    const keys = new Set<unknown>();
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
      for (const key of reflect.getOwnMetadataKeys(at, property)) keys.add(key);
    }
    return [...keys];
  },
  getOwnMetadata: (key, target, property) => entriesOf(target, property)?.get(key),
  getOwnMetadataKeys: (target, property) => [...entriesOf(target, property)?.keys() ?? []],
  hasMetadata: (key, target, property) => holderOf(key, target, property) !== undefined,
  hasOwnMetadata: (key, target, property) => entriesOf(target, property)?.has(key) ?? false,
  metadata: (key, value) => (target, property) => reflect.defineMetadata(key, value, target, property),
};

for (const name of Object.keys(functions) as (keyof Metadata)[]) {
  if (typeof reflect[name] === "function") continue;
  Object.defineProperty(Reflect, name, { value: functions[name], configurable: true, writable: true });
}
