/**
 * A function that stands for one of Node's: with its name and length, and with whatever else that carries and this does
 * not, such as the form that `promisify` gives.
 */
export function standIn<Replacement extends object>(original: object, replacement: Replacement): Replacement {
  const descriptors = Object.getOwnPropertyDescriptors(original) as Record<PropertyKey, PropertyDescriptor>;
  for (const key of Reflect.ownKeys(descriptors))
    if (key === "name" || key === "length" || !Object.hasOwn(replacement, key))
      Object.defineProperty(replacement, key, descriptors[key]);
  return replacement;
}
