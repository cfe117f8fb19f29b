import { Liquid } from 'liquidjs';

const engine = new Liquid();

/** The values of a row that a template uses; `row["Product name"]` counts as the column. The template must be one. */
export function templateVariables(source: string): string[] {
  const segments = engine.globalVariableSegmentsSync(engine.parse(source));
  const names = segments.flatMap(([first, second]) => {
    const name = first === 'row' && typeof second === 'string' ? second : first;
    return typeof name === 'string' ? [name] : [];
  });
  return [...new Set(names)];
}
