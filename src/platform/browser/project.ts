/** Places of the project, in a browser: in the memory of a kernel there, whose cells are checked against declarations. */
export const projectFolder = "/cofi";

export const projectModules = `${projectFolder}/node_modules`;

export const compiledFile = (name: string): string => `${projectFolder}/dist/${name}`;
