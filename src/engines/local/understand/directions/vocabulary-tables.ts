import { colourWords } from './colour-words.ts';
import { lexicon } from './lexicon.ts';
import { meaningInWords } from './notes.ts';

/** The part of docs/prompt-grammar.md that is made from the tables: every meaning and each way of saying it. */
export function vocabularyTables(): string {
  const tables = Object.entries(lexicon).map(([heading, rows]) => {
    const lines = rows.map(
      ({ means, said }) => `| ${meaningInWords(means)} | ${said.map(inDocs).join(', ')} |`,
    );
    return [`### ${heading}`, '', '| Meaning | Said as |', '| --- | --- |', ...lines].join('\n');
  });
  return [...tables, colourTable()].join('\n\n');
}

/** A bar would end the cell of the table. */
const inDocs = (pattern: string) => `\`${pattern.replaceAll('|', '/')}\``;

function colourTable(): string {
  const lines = Object.entries(colourWords).map(([name, hex]) => `| ${name} | \`${hex}\` |`);
  return ['### Colours of the set', '', '| Name | Colour |', '| --- | --- |', ...lines].join('\n');
}
