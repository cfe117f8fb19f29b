// The types of what others may import from the package, written out: the schemas of the contract stay behind, and with
// them the library that they are made with, so that kinora/client needs no dependency for its types either.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { refuse } from './typescript-diagnostics.ts';

/** Beside them only what they name is written. */
const faces = ['src/client/index.ts', 'src/ai-sdk/index.ts'];

interface Place {
  /** Of the repository. */
  root: string;
  /** Of dist/. */
  target: string;
  options: ts.CompilerOptions;
}

/** Writes declarations for the faces, and gives how many files they are. */
export async function writeFaceTypes({ root, target, options }: Place): Promise<number> {
  const program = ts.createProgram(
    faces.map((face) => join(root, face)),
    { ...options, declaration: true, emitDeclarationOnly: true, rootDir: join(root, 'src'), outDir: target },
  );
  const checker = program.getTypeChecker();
  const written = new Map<string, string>();
  const keep = (file: string, text: string) =>
    written.set(file, text.replace(/(from '\.{1,2}\/[^']+)\.ts'/g, "$1.js'"));
  for (const source of program.getSourceFiles()) {
    const path = relative(join(root, 'src'), source.fileName);
    if (path.startsWith('..') || path.includes('node_modules')) continue;
    if (path.startsWith('contract')) {
      keep(join(target, path.replace(/\.ts$/, '.d.ts')), typesOf(source, checker));
      continue;
    }
    const { diagnostics } = program.emit(source, (file, text) => {
      keep(file, withoutSchemas(text, source, checker));
    });
    refuse(diagnostics, root);
  }
  for (const [file, text] of written) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return written.size;
}

/** A module of the contract without its schemas: only its types, written out. */
function typesOf(source: ts.SourceFile, checker: ts.TypeChecker): string {
  const types = source.statements.filter(
    (one): one is ts.TypeAliasDeclaration | ts.InterfaceDeclaration =>
      (ts.isTypeAliasDeclaration(one) || ts.isInterfaceDeclaration(one)) &&
      one.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
  );
  const bodies = types.map((one) =>
    ts.isTypeAliasDeclaration(one) && isOfSchema(one.type)
      ? `${documentation(one)}export type ${one.name.text} = ${print(checker.getTypeFromTypeNode(one.type), checker)};`
      : one.getFullText(source).trim(),
  );
  const text = bodies.join('\n');
  const imports = source.statements
    .filter(ts.isImportDeclaration)
    .flatMap((one) => keptImport(one, source, text));
  return `${[...imports, text, 'export {};'].join('\n')}\n`;
}

const ofSchema = /\bz\.(input|infer)<typeof (\w+)>/g;

const isOfSchema = (node: ts.TypeNode) => /\bz\.(input|infer)</.test(node.getText());

/** A declaration file in which each type that was that of a schema is written out. */
function withoutSchemas(text: string, source: ts.SourceFile, checker: ts.TypeChecker): string {
  if (!text.includes('z.')) return text;
  const known = new Map<string, ts.Type>();
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node))
      known.set(node.getText(source).replace(/\s/g, ''), checker.getTypeFromTypeNode(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  const plain = text.replace(ofSchema, (whole) => {
    const type = known.get(whole.replace(/\s/g, ''));
    if (type === undefined) throw new Error(`${source.fileName}: what is ${whole}?`);
    return print(type, checker);
  });
  const declared = ts.createSourceFile('face.d.ts', plain, ts.ScriptTarget.Latest, true);
  const rest = declared.statements
    .filter((one) => !ts.isImportDeclaration(one))
    .map((one) => one.getFullText());
  const imports = declared.statements
    .filter(ts.isImportDeclaration)
    .flatMap((one) => keptImport(one, declared, rest.join('')));
  return `${[...imports, ...rest].join('\n').trim()}\n`;
}

/** An import, narrowed to the names that `text` uses; none where it uses none of them. */
function keptImport(one: ts.ImportDeclaration, source: ts.SourceFile, text: string): string[] {
  const bindings = one.importClause?.namedBindings;
  const from = (one.moduleSpecifier as ts.StringLiteral).text;
  if (bindings === undefined || !ts.isNamedImports(bindings)) return [one.getText(source)];
  const names = bindings.elements
    .map((element) => element.name.text)
    .filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return names.length === 0 ? [] : [`import type { ${names.join(', ')} } from '${from}';`];
}

const printer = ts.createPrinter({ removeComments: true });

function print(type: ts.Type, checker: ts.TypeChecker): string {
  const { NoTruncation, InTypeAlias, UseSingleQuotesForStringLiteralType, MultilineObjectLiterals } =
    ts.NodeBuilderFlags;
  const node = checker.typeToTypeNode(
    type,
    undefined,
    NoTruncation | InTypeAlias | UseSingleQuotesForStringLiteralType | MultilineObjectLiterals,
  );
  if (node === undefined) throw new Error(`a type cannot be written: ${checker.typeToString(type)}`);
  const nowhere = ts.createSourceFile('type.d.ts', '', ts.ScriptTarget.Latest);
  return printer.printNode(ts.EmitHint.Unspecified, node, nowhere);
}

function documentation(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node);
  return comment === undefined ? '' : `${comment.getText()}\n`;
}
