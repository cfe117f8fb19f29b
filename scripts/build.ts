// Compiles src/ to dist/, copies what is not TypeScript, and writes the types of what others may import. Part of
// packing: Node strips no types below node_modules. Whether the types are right is for `npm run check` to say.
import { cp, glob, mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import { refuse } from './typescript-diagnostics.ts';
import { writeFaceTypes } from './write-face-types.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src');
const target = join(root, 'dist');

/** Makes dist/ anew. */
export async function build(): Promise<{ compiled: number; copied: number; typed: number }> {
  await rm(target, { recursive: true, force: true });
  const options = readOptions();
  const modules: string[] = [];
  let copied = 0;
  for await (const file of glob('**/*', { cwd: source })) {
    const path = join(source, file);
    if (/\.(test|d)\.ts$/.test(file) || (await stat(path)).isDirectory()) continue;
    if (file.endsWith('.ts')) modules.push(path);
    else {
      await mkdir(dirname(join(target, file)), { recursive: true });
      await cp(path, join(target, file));
      copied += 1;
    }
  }
  compile(modules, options);
  return { compiled: modules.length, copied, typed: await writeFaceTypes({ root, target, options }) };
}

/** Each module by itself: nothing is looked up or judged. */
function compile(modules: string[], options: ts.CompilerOptions): void {
  const alone = { noResolve: true, noLib: true, noCheck: true, types: [] };
  const program = ts.createProgram(modules, { ...options, ...alone, rootDir: source, outDir: target });
  refuse(program.emit().diagnostics, root);
}

function readOptions(): ts.CompilerOptions {
  const { config, error } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  if (error !== undefined) refuse([error], root);
  return { ...ts.parseJsonConfigFileContent(config, ts.sys, root).options, noEmit: false };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { compiled, copied, typed } = await build();
  // To standard error: `npm pack --json` prints on the other.
  process.stderr.write(
    `kinora: built dist/ (${compiled} modules, ${typed} files of types, ${copied} copied as they are)\n`,
  );
}
