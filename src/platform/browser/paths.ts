/** Names of files and folders, put together and taken apart: in a browser with "/" between them. */

export const basename = (path: string): string => path.replace(/\/+$/, "").split("/").at(-1)!;

export function dirname(path: string): string {
  const end = path.replace(/\/+$/, "").lastIndexOf("/");
  return end < 0 ? "." : path.slice(0, end) || "/";
}

/** The parts as one name, without "." and without what ".." takes back. */
export function join(...parts: string[]): string {
  const whole = parts.filter((part) => part !== "").join("/");
  const kept: string[] = [];
  for (const part of whole.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (part !== ".." || !whole.startsWith("/")) kept.push(part);
  }
  return (whole.startsWith("/") ? "/" : "") + kept.join("/") || ".";
}

/** The whole name: there is one folder, the root, in which all names begin. */
export const resolve = (...parts: string[]): string =>
  join(
    "/",
    ...parts.slice(
      Math.max(
        0,
        parts.findLastIndex((part) => part.startsWith("/")),
      ),
    ),
  );
