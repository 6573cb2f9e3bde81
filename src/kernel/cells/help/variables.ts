import type { Content } from "../../protocol/message";
import type { VariablesCall } from "../../protocol/wire";
import { bundleOf } from "../output/richValue";
import { brief, kindOf } from "./magicCommands";

/** A variable as the debug adapter protocol tells it; one with a reference has members that can be asked for. */
interface Told {
  name: string;
  value: string;
  type: string;
  evaluateName: string;
  variablesReference: number;
}

/** The most members of a value that are told. */
const most = 200;

/** What JupyterLab's panel of variables shows: the variables of all cells, their members, and their rich forms. */
export class VariablesView {
  /** The values that were told of with a reference, which is their place here from 1. */
  private known: unknown[] = [];

  constructor(private readonly variables: () => Iterable<[string, unknown]>) {}

  async answer(call: VariablesCall): Promise<Content> {
    if (call.command === "inspectVariables") {
      this.known = [];
      return { variables: [...this.variables()].map(([name, value]) => this.told(name, value, name)) };
    }
    if (call.command === "variables") return { variables: this.members(this.known[call.reference - 1]) };
    const found = [...this.variables()].find(([name]) => name === call.name);
    return found === undefined ? { data: {}, metadata: {} } : { ...(await bundleOf(found[1])) };
  }

  private told(name: string, value: unknown, evaluateName: string): Told {
    const hasMembers = typeof value === "object" && value !== null;
    const variablesReference = hasMembers ? this.known.push(value) : 0;
    return { name, value: brief(value, 200), type: kindOf(value), evaluateName, variablesReference };
  }

  private members(value: unknown): Told[] {
    if (typeof value !== "object" || value === null) return [];
    if (value instanceof Map)
      return [...value].slice(0, most).map(([key, one]) => this.told(brief(key, 40), one, ""));
    if (value instanceof Set) return [...value].slice(0, most).map((one, k) => this.told(String(k), one, ""));
    return Object.keys(value)
      .slice(0, most)
      .map((key) => this.told(key, memberOf(value, key), ""));
  }
}

/** A member's value; that of a getter is not asked for, which could change something. */
function memberOf(value: object, key: string): unknown {
  const { get, value: own } = Object.getOwnPropertyDescriptor(value, key) ?? {};
  return get === undefined ? own : get;
}
