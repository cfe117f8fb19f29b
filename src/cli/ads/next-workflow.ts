import { parseDocument, type Scalar, YAMLMap } from 'yaml';
import type { AdChoice } from '../../client/index.ts';

/** The text of a workflow file with the next matrix in place of its own; everything else, comments too, stays as it is. */
export function nextWorkflow(text: string, { axes, next_matrix: next }: AdChoice): string {
  const document = parseDocument(text);
  const matrix = new YAMLMap();
  matrix.set(document.createNode('mode'), document.createNode(next.mode));
  const ofAxes = new YAMLMap();
  for (const [name, levels] of Object.entries(next.axes)) {
    const axis = axes.find((one) => one.name === name);
    ofAxes.set(document.createNode(name), axisNode(levels, axis));
  }
  matrix.set(document.createNode('axes'), ofAxes);
  if (next.base !== undefined) matrix.set(document.createNode('base'), document.createNode(next.base));
  document.set('matrix', matrix);
  return document.toString({ lineWidth: 0 });

  function axisNode(
    levels: AdChoice['next_matrix']['axes'][string],
    axis: AdChoice['axes'][number] | undefined,
  ): YAMLMap {
    const node = new YAMLMap();
    for (const [number, value] of Object.entries(levels)) {
      const scalar = document.createNode(value) as Scalar;
      scalar.comment = value === null ? ' new: write it, or take the line out' : said(Number(number), axis);
      node.set(document.createNode(Number(number)), scalar);
    }
    return node;
  }
}

function said(number: number, axis: AdChoice['axes'][number] | undefined): string {
  const best = axis?.levels.find((level) => level.number === number)?.probability_best ?? 0;
  if (axis?.leader === number && axis.state !== 'not_enough_data') return ' winner';
  return ` best with ${Math.round(best * 100)} %`;
}
