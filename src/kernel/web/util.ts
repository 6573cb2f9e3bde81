/** `node:util` as far as a browser has it. */
import inspected from "node-inspect-extracted";

export const { Proxy, inspect, format, formatWithOptions, stripVTControlCharacters } = inspected;

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
