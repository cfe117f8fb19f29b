const comments: Record<string, string> = {
  sh: '(?:^|(?<=\\s))#.*',
  yaml: '(?:^|(?<=\\s))#.*',
  python: '#.*',
  sql: '--.*',
  js: '\\/\\/.*',
  ts: '\\/\\/.*',
};

const strings = '"(?:\\\\.|[^"\\\\\\n])*"|\'(?:\\\\.|[^\'\\\\])*\'|`(?:\\\\.|[^`\\\\])*`';
const words =
  '\\b(?:const|let|for|of|if|else|while|return|await|async|function|import|from|export|throw|new|true|false|null|undefined|def|in)\\b';

const patterns = new Map(
  [...Object.keys(comments), 'json'].map((language) => {
    const kinds = [
      ...(comments[language] === undefined ? [] : [`(?<comment>${comments[language]})`]),
      `(?<string>${strings})`,
      ...(language === 'sh' || language === 'yaml' ? [] : [`(?<word>${words})`]),
    ];
    return [language, new RegExp(kinds.join('|'), 'gm')];
  }),
);

/**
 * Code as HTML with comments, strings and words of the language marked; plainly escaped in a language that is none of
 * ours. Only what helps reading: it parses nothing.
 */
export function colourCode(code: string, language: string, escapeHtml: (text: string) => string): string {
  const pattern = patterns.get(language);
  if (pattern === undefined) return escapeHtml(code);
  let html = '';
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    const [kind = ''] = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined) ?? [];
    html += `${escapeHtml(code.slice(end, match.index))}<span class="${kind}">${escapeHtml(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return html + escapeHtml(code.slice(end));
}
