/** Walls around a submission's process: no network, no other process, no file but those that it needs. */
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { compiledFile, projectFolder } from "../platform/project";
import type { Limits } from "./limits";

/** Whether there can be walls here, and if not why. */
export type Walls = { are: true } | { are: false; because: string };

/** What the machine has of its own that a process needs to run, for reading. */
const ofMachine = [
  ...["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix", "/gnu"],
  ...["/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/ssl", "/etc/passwd", "/etc/group"],
];

/** What the project has for notebooks: the compiled module and its packages, and data; no source of an assignment. */
const ofProject = [
  ...["dist", "node_modules", "data", "package.json", "notebooks/exercises.json"],
  // A link to where TensorFlow was unpacked.
  "node_modules/@tensorflow/tfjs-node/deps",
];

/** Where the process finds itself: a folder in memory, with the submission's files. */
const home = "/tmp/work";

const namespaces = ["--user", "--map-root-user", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork"];

/**
 * Builds the room and starts a program in it. Given: the room's place, its size in MB, how many processes and bytes
 * there may be, and where the compiled project is; the places to be seen and "--"; the folders whose files are copied in
 * and "--"; the program.
 *
 * The room is a folder in memory in which there is only what is named. All of it but /tmp can only be read. Its root
 * has no rights: it can neither change the room nor get back what it dropped.
 */
const script = `set -e
root=$1; size=$2; processes=$3; data=$4; stubs=$5; shift 5
mount -t tmpfs -o size=16m,mode=755 tmpfs "$root"
put() {
  if [ -L "$1" ]; then mkdir -p "$root$(dirname "$1")"; cp -P "$1" "$root$1"; return; fi
  if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root$(dirname "$1")"; : > "$root$1"; fi
  mount --bind "$1" "$root$1"
  mount -o remount,bind,ro,nosuid,nodev "$root$1"
}
mkdir -p "$root/proc" "$root/dev" "$root/tmp" "$root/put"
mount -t tmpfs -o "size=\${size}m,mode=755,nosuid,nodev" tmpfs "$root/tmp"
while [ "$1" != -- ]; do put "$1"; shift; done
shift
mkdir -p "$root${home}"
while [ "$1" != -- ]; do cp -R "$1/." "$root${home}"; shift; done
shift
find "$root${home}" -name "*.ipynb" -delete
mount -t tmpfs -o size=16m,mode=755 tmpfs "$root$stubs/exercises"
cp "$stubs"/exercises/*.d.ts "$root$stubs/exercises"
for name in check examine grade task tasks; do cp "$stubs/grading/withheld.js" "$root$stubs/exercises/$name.js"; done
mount -o remount,ro "$root$stubs/exercises"
for name in null zero full random urandom; do : > "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc"
mount -o remount,ro "$root"
cd "$root"
pivot_root . put
umount -l /put
cd ${home}
exec setpriv --bounding-set -all --inh-caps -all --no-new-privs \\
  prlimit "--nproc=$processes" "--data=$data" --core=0 --fsize=$((size * 1048576)) -- "$@"
`;

/**
 * The program that starts another within walls, with its arguments.
 *
 * @param options.place An empty folder, which becomes the room's.
 * @param options.files Folders whose files are copied into the room, without notebooks. @default none
 */
export function throughWalls(options: {
  place: string;
  files?: readonly string[];
  limits: Limits;
}): string[] {
  const { place, files = [], limits } = options;
  const seen = [
    ...ofMachine,
    ...ofProject.map((name) => join(projectFolder, name)),
    dirname(dirname(realpathSync(process.execPath))),
    codeCache,
  ];
  // What lies in a place that is seen is seen already.
  const places = seen
    .filter((one) => existsSync(one))
    .flatMap((one) => (lstatSync(one).isSymbolicLink() ? [one, realpathSync(one)] : [one]))
    .filter(
      (one, k, all) => !all.some((other, n) => (n < k && other === one) || one.startsWith(`${other}/`)),
    );
  const numbers = [limits.memory / 8, threads(limits), 2 * limits.memory * 2 ** 20].map(Math.ceil);
  return [
    ...["setpriv", "--pdeathsig", "KILL", "unshare", ...namespaces, "--kill-child", "sh", "-c", script, "sh"],
    ...[place, ...numbers.map(String), compiledFile(""), ...places, "--", ...files, "--"],
  ].map((part) => (part.length > 1 ? part.replace(/\/$/, "") : part));
}

/** Threads count as processes do: those that Node and TensorFlow start take their part. */
const threads = ({ processes }: Limits) => 64 + 8 * processes;

/** Where the compiler's code is kept compiled: without it each start takes a second more. */
const codeCache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "cofi", "code");

/** What a submission's process is told of its surroundings: nothing of the grader's. */
export function surroundings(walls: Walls, limits: Limits): NodeJS.ProcessEnv {
  const own = walls.are
    ? { HOME: "/tmp", TMPDIR: "/tmp", XDG_CACHE_HOME: dirname(dirname(codeCache)) }
    : { HOME: homedir() };
  return {
    PATH: process.env.PATH,
    LANG: process.env.LANG ?? "C.UTF-8",
    ...own,
    TF_CPP_MIN_LOG_LEVEL: "2",
    NODE_OPTIONS: `--max-old-space-size=${Math.ceil(limits.memory * 0.75)}`,
  };
}

let found: Walls | undefined;

/** Whether there can be walls here: tried once. */
export function walls(place: string): Walls {
  found ??= tried(place);
  return found;
}

function tried(place: string): Walls {
  if (process.platform !== "linux")
    return { are: false, because: `they need Linux, and this is ${process.platform}` };
  const [program, ...given] = throughWalls({ place, limits: { memory: 512, processes: 8 } as Limits });
  const { status, error, stderr } = spawnSync(program, [...given, "true"], {
    encoding: "utf8",
    timeout: 20_000,
  });
  if (status === 0) return { are: true };
  const reason = error?.message ?? stderr.trim().split("\n")[0];
  return { are: false, because: reason || `${program} ended with status ${status}` };
}
