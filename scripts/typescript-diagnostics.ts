import ts from 'typescript';

/** Throws what the compiler has to say, if anything, with paths from `root`. */
export function refuse(diagnostics: readonly ts.Diagnostic[], root: string): void {
  if (diagnostics.length === 0) return;
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => root,
    getNewLine: () => '\n',
  };
  throw new Error(`TypeScript says:\n${ts.formatDiagnostics(diagnostics, host)}`);
}
