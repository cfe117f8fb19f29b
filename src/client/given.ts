type Given<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** What of it was given: without its undefined entries. */
export const given = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
