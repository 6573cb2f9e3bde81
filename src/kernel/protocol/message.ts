import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** The version of Jupyter's protocol that this kernel keeps. */
export const protocolVersion = "5.4";

export interface Header {
  msg_id: string;
  session: string;
  username: string;
  date: string;
  msg_type: string;
  version: string;
}

export type Content = Record<string, unknown>;

/** A message as it came in: whom to answer, what it is, what it says. */
export interface Message {
  identities: Buffer[];
  header: Header;
  metadata: Content;
  content: Content;
  /** Binary parts behind the content. */
  buffers: Buffer[];
}

const delimiter = Buffer.from("<IDS|MSG>");
const session = randomUUID();

/**
 * Reads a message from its frames: identities, delimiter, signature, header, parent, metadata, content, buffers.
 *
 * @throws TypeError when a frame is missing or malformed, or the signature is not that of the key.
 */
export function readMessage(frames: Buffer[], key: string): Message {
  const at = frames.findIndex((frame) => frame.equals(delimiter));
  if (at < 0) throw new TypeError("a message must have a delimiter");
  const [signature, ...parts] = frames.slice(at + 1);
  if (parts.length < 4) throw new TypeError(`a message must have 4 parts, got ${parts.length}`);
  const signed = parts.slice(0, 4);
  if (key !== "" && !sameBytes(signature, Buffer.from(sign(signed, key))))
    throw new TypeError("a message must be signed with the kernel's key");
  const [header, , metadata, content] = signed.map(readObject);
  for (const name of ["msg_id", "msg_type"])
    if (typeof header[name] !== "string")
      throw new TypeError(`header.${name} must be a string, got ${JSON.stringify(header[name])}`);
  const identities = frames.slice(0, at);
  return { identities, header: header as unknown as Header, metadata, content, buffers: parts.slice(4) };
}

/** The frames of a message of this kernel, signed. */
export function writeMessage(
  message: {
    identities: Buffer[];
    type: string;
    parent: Header | undefined;
    content: Content;
    metadata?: Content;
    buffers?: Buffer[];
  },
  key: string,
): Buffer[] {
  const { identities, type, parent, content, metadata = {}, buffers = [] } = message;
  const header: Header = {
    msg_id: randomUUID(),
    session,
    username: "kernel",
    date: new Date().toISOString(),
    msg_type: type,
    version: protocolVersion,
  };
  const parts = [header, parent ?? {}, metadata, content].map((part) => Buffer.from(wellFormedJson(part)));
  return [...identities, delimiter, Buffer.from(key === "" ? "" : sign(parts, key)), ...parts, ...buffers];
}

/**
 * A part of a message in JSON in which half a surrogate, anywhere in its texts and names, is replaced by U+FFFD:
 * `JSON.stringify` writes it as an escape, which front ends read but can't save, as it has no form in UTF-8.
 */
export function wellFormedJson(part: unknown): string {
  const text = JSON.stringify(part);
  if (!text.includes("\\ud")) return text;
  return text.replace(/\\(?:u(d[89a-f][0-9a-f]{2})?|.)/g, (code, half) => (half ? "\\ufffd" : code));
}

function sign(parts: Buffer[], key: string): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function readObject(part: Buffer): Content {
  const value: unknown = JSON.parse(part.toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError("each part of a message must be an object");
  return value as Content;
}
