import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { AppError } from '../../domain/errors.ts';

/** A YAML or JSON text with the places of what it says. */
export interface YamlText {
  value: unknown;
  /** The line, counted from 1, of a field; of what holds it, where it is missing. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** Throws an AppError that names the file and the line where it is neither YAML nor JSON. */
export function readYaml(text: string, file: string): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined)
    throw new AppError('invalid_request', `${file} is neither YAML nor JSON: ${broken.message.trim()}`, {
      hint: 'Texts that begin with {{, @ or % need quotes around them.',
    });
  return {
    value: document.toJS({ maxAliasCount: 100 }),
    lineOf(path) {
      for (let depth = path.length; depth > 0; depth--) {
        const at = keyOffset(document.getIn(path.slice(0, depth - 1), true), path[depth - 1]);
        if (at !== undefined) return lines.linePos(at).line;
      }
      return 1;
    },
  };
}

/** Where a field begins: at its name in an object, at itself in a list. */
function keyOffset(holder: unknown, key: PropertyKey | undefined): number | undefined {
  if (isMap(holder)) {
    const pair = holder.items.find(({ key: name }) => isScalar(name) && String(name.value) === String(key));
    return isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  }
  const item =
    typeof holder === 'object' && holder !== null && 'get' in holder && typeof holder.get === 'function'
      ? (holder.get(key, true) as unknown)
      : undefined;
  return isNode(item) ? item.range?.[0] : undefined;
}
