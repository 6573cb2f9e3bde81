/** In a browser a notebook has no folder: there are no pages, and nothing is kept beside them. */

export const workingFolder = (): string => "/";

export const namesIn = (_folder: string): string[] => [];

export const textIn = (_folder: string, _name: string): string | undefined => undefined;

export function writeIn(_folder: string, _name: string, _text: string): void {}

export function removeIn(_folder: string, _name: string): void {}
