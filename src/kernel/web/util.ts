/** `node:util` as far as a browser has it. */
import inspected from "node-inspect-extracted";

export const { inspect, format, formatWithOptions, stripVTControlCharacters } = inspected;

const kind = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

export const types = {
  isAnyArrayBuffer: (value: unknown): boolean => /^(?:Shared)?ArrayBuffer$/.test(kind(value)),
  isArrayBufferView: (value: unknown): boolean => ArrayBuffer.isView(value),
  isTypedArray: (value: unknown): boolean => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isDate: (value: unknown): boolean => kind(value) === "Date",
  isMap: (value: unknown): boolean => kind(value) === "Map",
  isNativeError: (value: unknown): boolean => kind(value) === "Error",
  isPromise: (value: unknown): boolean => kind(value) === "Promise",
  isRegExp: (value: unknown): boolean => kind(value) === "RegExp",
  isSet: (value: unknown): boolean => kind(value) === "Set",
};

/**
 * From now on proxies are remembered with what they stand for, which is shown in their place without asking them: as
 * Node does, which sees into them.
 */
export function rememberProxies(): void {
  const native = Proxy;
  const remembering: ProxyConstructor = new native(native, {
    construct(_, given) {
      globalThis.Proxy = native; // which the remembering one makes them with
      try {
        return new (inspected.Proxy as ProxyConstructor)(...(given as [object, ProxyHandler<object>]));
      } finally {
        globalThis.Proxy = remembering;
      }
    },
  });
  globalThis.Proxy = remembering;
}

type Call = (...given: unknown[]) => void;

/** Under this key a function may have one that returns a promise. */
const custom = Symbol.for("nodejs.util.promisify.custom");

export const promisify = Object.assign(
  (call: Call & { [custom]?: unknown }) =>
    call[custom] ??
    ((...given: unknown[]) =>
      new Promise((done, failed) =>
        call(...given, (error: unknown, value: unknown) => (error ? failed(error) : done(value))),
      )),
  { custom },
);

const { TextEncoder: Encoder, TextDecoder: Decoder } = globalThis;

export { Decoder as TextDecoder, Encoder as TextEncoder };
