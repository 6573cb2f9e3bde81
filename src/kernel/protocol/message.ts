import { randomUUID } from "node:crypto";

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

const session = randomUUID();

/** The header of a message of this kernel. */
export function newHeader(type: string): Header {
  return {
    msg_id: randomUUID(),
    session,
    username: "kernel",
    date: new Date().toISOString(),
    msg_type: type,
    version: protocolVersion,
  };
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
