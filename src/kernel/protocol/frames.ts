import { createHmac, timingSafeEqual } from "node:crypto";
import { type Content, type Header, type Message, newHeader, wellFormedJson } from "./message";

const delimiter = Buffer.from("<IDS|MSG>");

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
  const header = newHeader(type);
  const parts = [header, parent ?? {}, metadata, content].map((part) => Buffer.from(wellFormedJson(part)));
  return [...identities, delimiter, Buffer.from(key === "" ? "" : sign(parts, key)), ...parts, ...buffers];
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
