import { everything, type Import, required } from "../emit/imports";
import type { Slot } from "../scope/scope";

/** Slots that read an import's names from what was loaded, each time anew: they follow what the module does. */
export function importSlots({ names }: Import, exports: unknown): [name: string, slot: Slot][] {
  const isModule = isEsModule(exports);
  const namespace = names.some(({ of }) => of === everything) ? namespaceOf(exports) : undefined;
  return names.map(({ name, of }) => {
    const read = (): unknown => {
      if (of === everything) return namespace;
      if (of === required || (of === "default" && !isModule)) return exports;
      return (exports as Record<string, unknown>)[of];
    };
    return [name, Object.defineProperty({}, "v", { get: read }) as Slot];
  });
}

function isEsModule(exports: unknown): boolean {
  return (
    (typeof exports === "object" || typeof exports === "function") &&
    exports !== null &&
    ((exports as { __esModule?: unknown }).__esModule === true ||
      (exports as Record<symbol, unknown>)[Symbol.toStringTag] === "Module")
  );
}

const namespaces = new WeakMap<object, object>();

/** All that a module exports, as `import * as name` has it. */
export function namespaceOf(exports: unknown): object {
  if (isEsModule(exports)) return exports as object;
  const isKept = (typeof exports === "object" || typeof exports === "function") && exports !== null;
  const known = isKept ? namespaces.get(exports) : undefined;
  if (known) return known;
  const namespace = Object.defineProperty({}, "default", { value: exports, enumerable: true });
  for (const key of isKept ? Object.getOwnPropertyNames(exports) : [])
    if (key !== "default")
      Object.defineProperty(namespace, key, {
        enumerable: Object.prototype.propertyIsEnumerable.call(exports, key),
        get: () => (exports as Record<string, unknown>)[key],
      });
  if (isKept) namespaces.set(exports, namespace);
  return namespace;
}
