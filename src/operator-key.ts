import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The key that opens the operator's routes: read from `<home>/operator-key`, or made there (0600) on first start. */
export async function operatorKeyIn(home: string): Promise<{ key: string; path: string; created: boolean }> {
  const path = join(home, 'operator-key');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const fresh = `kin_operator_${randomBytes(32).toString('base64url')}`;
  try {
    await writeFile(path, `${fresh}\n`, { mode: 0o600, flag: 'wx' });
    return { key: fresh, path, created: true };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = (await readFile(path, 'utf8')).trim();
  if (key.length < 20) throw new Error(`${path} holds no operator key; delete it and a new one is made.`);
  return { key, path, created: false };
}
