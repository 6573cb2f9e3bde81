import { types } from "node:util";
import { type Packed, pack, unpack } from "../protocol/packed";
import type { ReachCall, Reached } from "../protocol/wire";
import { Cell, inCell } from "./run/cell";
import { isSet, type Scope } from "./scope/scope";

/** Reads a variable that cells have declared, or calls the function in it, from another process. */
export async function reach(scope: Scope, call: ReachCall): Promise<Reached> {
  const slot = scope.get(call.name)?.slot;
  if (slot === undefined || !isSet(slot)) return { kind: "missing" };
  const { v: value } = slot;
  try {
    if (call.arguments === undefined)
      return typeof value === "function" ? { kind: "function" } : { kind: "value", value: pack(value) };
    const given = call.arguments.map(unpack);
    // What it prints belongs to the cell that it is called for.
    const returned = inCell(new Cell(call.cell, "test", false), () =>
      (value as (...parameters: unknown[]) => unknown)(...given),
    );
    return types.isPromise(returned)
      ? await promised(returned, given)
      : settled(returned, given, call.arguments);
  } catch (error) {
    return thrown(error);
  }
}

async function promised(returned: Promise<unknown>, given: unknown[]): Promise<Reached> {
  try {
    return { ...settled(await returned, given, []), promised: true };
  } catch (error) {
    return { ...thrown(error), promised: true };
  }
}

function settled(returned: unknown, given: unknown[], before: Packed[]) {
  const after = given.map((value) => pack(value));
  const isChanged = before.length > 0 && JSON.stringify(after) !== JSON.stringify(before);
  return { kind: "value" as const, value: pack(returned), ...(isChanged && { changed: after }) };
}

function thrown(error: unknown) {
  const isError = types.isNativeError(error);
  return {
    kind: "thrown" as const,
    name: isError ? String(error.name) : "Error",
    message: isError ? String(error.message) : String(error),
  };
}
