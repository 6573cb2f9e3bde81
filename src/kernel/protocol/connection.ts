import { readFileSync } from "node:fs";

/** Where the kernel's five sockets are bound, and the key that signs every message. */
export interface Connection {
  transport: string;
  ip: string;
  key: string;
  shell_port: number;
  control_port: number;
  iopub_port: number;
  stdin_port: number;
  hb_port: number;
}

/**
 * Reads the connection file that Jupyter writes for each kernel.
 *
 * @throws TypeError when a port is missing or the signature scheme is not the one that Jupyter uses.
 */
export function readConnection(file: string): Connection {
  const content = JSON.parse(readFileSync(file, "utf8"));
  for (const name of ["shell_port", "control_port", "iopub_port", "stdin_port", "hb_port"])
    if (!Number.isInteger(content[name]))
      throw new TypeError(`${file}: ${name} must be an integer, got ${JSON.stringify(content[name])}`);
  const scheme = content.signature_scheme || "hmac-sha256";
  if (scheme !== "hmac-sha256")
    throw new TypeError(`${file}: signature_scheme must be hmac-sha256, got ${scheme}`);
  return { transport: "tcp", ip: "127.0.0.1", key: "", ...content };
}

/** The address of one of the sockets. */
export function address(connection: Connection, port: number): string {
  const { transport, ip } = connection;
  return `${transport}://${ip}${transport === "ipc" ? "-" : ":"}${port}`;
}
