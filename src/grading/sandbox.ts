/** Walls around a submission's process: no network, no other process, no file but those that it needs. */
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { existsSync, lstatSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { compiledFile, projectFolder } from "../platform/project";
import type { Limits } from "./limits";

/** Whether there can be walls here, with whose rights a submission runs within them, and if there are none why. */
export type Walls = { are: true; as: Rights } | { are: false; because: string };

/**
 * Root builds the room as it is and leaves it to a user whom nobody else is. Who isn't root builds it as the root of a
 * namespace of users, and the submission runs as this. Where both could be, the first is better: Linux lets processes
 * that are root outside too be as many as they like.
 */
export type Rights = "another user" | "the namespace's root";

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

/** Numbers of users that no machine gives to anybody, and that are too many for two rooms to have the same. */
const usersOfNobody = [2 ** 30, 2 ** 31 - 1] as const;

const namespaces = ["--mount", "--net", "--ipc", "--uts", "--pid", "--fork"];

/**
 * Builds the room and starts a program in it. Given: the room's place, its size in MB, how many processes and bytes
 * there may be, whose number the program runs under, and where the compiled project is; the places to be seen and "--";
 * the folders whose files are copied in and "--"; the program.
 *
 * The room is a folder in memory in which there is only what is named. All of it but /tmp can only be read. Who is in it
 * has no rights: they can neither change the room nor get back what was dropped. (A process that has become another
 * user's must be told anew to end with the one that started it.)
 */
const script = `set -e
umask 022
root=$1; size=$2; processes=$3; data=$4; user=$5; stubs=$6; shift 6
mount -t tmpfs -o size=16m,mode=755 tmpfs "$root"
put() {
  if [ -L "$1" ]; then mkdir -p "$root$(dirname "$1")"; cp -P "$1" "$root$1"; return; fi
  if [ -d "$1" ]; then mkdir -p "$root$1"; else mkdir -p "$root$(dirname "$1")"; : > "$root$1"; fi
  mount --bind "$1" "$root$1"
  mount -o remount,bind,ro,nosuid,nodev "$root$1"
}
mkdir -p "$root/proc" "$root/dev" "$root/tmp" "$root/put"
mount -t tmpfs -o "size=\${size}m,mode=755,uid=$user,gid=$user,nosuid,nodev" tmpfs "$root/tmp"
while [ "$1" != -- ]; do put "$1"; shift; done
shift
mkdir -p "$root${home}"
while [ "$1" != -- ]; do cp -R "$1/." "$root${home}"; shift; done
shift
find "$root${home}" -name "*.ipynb" -delete
chown -R "$user:$user" "$root${home}"
mount -t tmpfs -o size=16m,mode=755 tmpfs "$root$stubs/exercises"
cp "$stubs"/exercises/*.d.ts "$root$stubs/exercises"
for file in "$stubs"/exercises/*.js; do cp "$stubs/grading/withheld.js" "$root$file"; done
mount -o remount,ro "$root$stubs/exercises"
for name in null zero full random urandom; do : > "$root/dev/$name"; mount --bind "/dev/$name" "$root/dev/$name"; done
mount -t proc -o ro,nosuid,nodev,noexec proc "$root/proc"
mount -o remount,ro "$root"
cd "$root"
pivot_root . put
umount -l /put
cd ${home}
if [ "$user" = 0 ]; then as=; else as="--reuid=$user --regid=$user --clear-groups"; fi
exec setpriv $as --bounding-set -all --inh-caps -all --no-new-privs setpriv --pdeathsig KILL \\
  prlimit "--nproc=$processes" "--data=$data" --core=0 --fsize=$((size * 1048576)) -- "$@"
`;

/**
 * The program that starts another within walls, with its arguments.
 *
 * @param options.as With whose rights it runs there.
 * @param options.place An empty folder, which becomes the room's.
 * @param options.files Folders whose files are copied into the room, without notebooks. @default none
 */
export function throughWalls(options: {
  as: Rights;
  place: string;
  files?: readonly string[];
  limits: Limits;
}): string[] {
  const { as, place, files = [], limits } = options;
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
  const [users, user] =
    as === "another user" ? [[], randomInt(...usersOfNobody)] : [["--user", "--map-root-user"], 0];
  const numbers = [limits.memory / 8, threads(limits), 2 * limits.memory * 2 ** 20, user].map(Math.ceil);
  return [
    ...["setpriv", "--pdeathsig", "KILL", "unshare", ...users, ...namespaces, "--kill-child"],
    ...["sh", "-c", script, "sh"],
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
  const ways: Rights[] =
    process.getuid?.() === 0 ? ["another user", "the namespace's root"] : ["the namespace's root"];
  let because = "";
  for (const as of ways) {
    const limits = { memory: 512, processes: 8 } as Limits;
    const [program, ...given] = throughWalls({ as, place, limits });
    // What the project has may be for its owner only.
    const run = spawnSync(program, [...given, "test", "-r", compiledFile("index.js")], {
      encoding: "utf8",
      timeout: 20_000,
    });
    if (run.status === 0) return { are: true, as };
    because = run.error?.message ?? run.stderr.trim().split("\n")[0];
    because ||= `${program} ended with status ${run.status}`;
  }
  return { are: false, because };
}
