/** The name of a schema among the components; undefined for one that is written where it is used. */
export function schemaName(schema: object): string | undefined {
  const ref = '$ref' in schema ? String(schema.$ref) : '';
  return /^#\/components\/schemas\/(.+)$/.exec(ref)?.[1];
}
