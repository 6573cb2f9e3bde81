/** What comes with the module besides its code: in a browser it stands in the bundle itself. */
import own from "embedded:kernels/own";
import shared from "embedded:kernels/shared";
import lecture from "embedded:text/data/lecture.json";
import exercises from "embedded:text/notebooks/exercises.json";
import type { assetText as nodes } from "../assets";
import { sharesMemory } from "./cores";

const texts = { "data/lecture.json": lecture, "notebooks/exercises.json": exercises };

export const assetText: typeof nodes = (name) => texts[name];

export const kernelBytes = (): Uint8Array | string => (sharesMemory() ? shared : own);
