/** A cell as history tells it: its session (this one), its number, its code and its plain result. */
export interface Past {
  line: number;
  input: string;
  output: string | null;
}

/** A request for history, as Jupyter's protocol has it. */
export interface HistoryRequest {
  hist_access_type?: string;
  output?: boolean;
  n?: number;
  session?: number;
  start?: number;
  stop?: number;
  pattern?: string;
  unique?: boolean;
}

/** Sessions are numbered from 1; 0 in a request means the current one. */
const session = 1;

/** The cells that this kernel has run. */
export class History {
  private readonly past: Past[] = [];

  add(cell: Past): void {
    this.past.push(cell);
  }

  /** The cells that a request asks for, in the form of the protocol. */
  find(request: HistoryRequest): [number, number, string | [string, string | null]][] {
    return select(this.past, request).map(({ line, input, output }) => [
      session,
      line,
      request.output ? [input, output] : input,
    ]);
  }
}

function select(past: Past[], request: HistoryRequest): Past[] {
  const {
    hist_access_type: access = "tail",
    n = past.length,
    start = 0,
    stop = Number.POSITIVE_INFINITY,
  } = request;
  const last = (cells: Past[]) => (n > 0 ? cells.slice(-n) : []);
  if (access === "range") {
    const here = (request.session ?? 0) === 0 || request.session === session;
    return here ? past.filter(({ line }) => line >= start && line < stop) : [];
  }
  if (access === "search") {
    const matches = glob(request.pattern ?? "*");
    const found = past.filter(({ input }) => matches.test(input));
    const unique = (cell: Past, k: number) => !found.slice(k + 1).some(({ input }) => input === cell.input);
    return last(request.unique ? found.filter(unique) : found);
  }
  return last(past);
}

/** A pattern of the shell's kind, `*` for any text and `?` for any character, as a regular expression. */
function glob(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, "[^]*").replace(/\?/g, "[^]")}$`);
}
