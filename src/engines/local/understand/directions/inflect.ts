/**
 * The regular forms of an English verb: push, pushes, pushed, pushing. A final consonant doubles after one short
 * vowel (pan, panning); irregular forms are written out in the tables that need them.
 */
export function verbForms(base: string): string[] {
  if (/[^aeiou]y$/.test(base)) {
    const stem = base.slice(0, -1);
    return [base, `${stem}ies`, `${stem}ied`, `${base}ing`];
  }
  const third = /(?:s|x|z|ch|sh)$/.test(base) ? `${base}es` : `${base}s`;
  if (/[^e]e$/.test(base)) {
    const stem = base.slice(0, -1);
    return [base, third, `${stem}ed`, `${stem}ing`];
  }
  const stem = /^[^aeiou]+[aeiou][^aeiouwxy]$/.test(base) ? base + base.slice(-1) : base;
  return [base, third, `${stem}ed`, `${stem}ing`];
}
