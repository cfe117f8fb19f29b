import assert from 'node:assert/strict';
import { it } from 'node:test';
import { childPids, eventually, fixture } from '../../test/fixtures/media/contract.ts';
import type { Backend } from './backend.ts';
import { decodeImage } from './decode-image.ts';
import { readInspected } from './inspection.ts';
import { probe } from './probe.ts';

/** A child that was taken over: it says and does what it likes. */
const takenOver = (program: string): Backend => ({
  command: () => ({ file: process.execPath, args: ['-e', program], reservedBytes: 2 * 2 ** 30 }),
  readInspection: () => (line) => [readInspected(line)],
});

async function reasonFor(program: string): Promise<string> {
  const probed = await probe({ backend: takenOver(program) }, fixture('mark.webp'));
  return probed.status === 'unreadable' ? probed.reason : assert.fail(JSON.stringify(probed));
}

it('takes a file for unreadable when its child says nonsense', async () => {
  for (const answer of ['hello', '{"type":"picture"}', '{"__proto__":{"type":"claim"}}', '[1,2]'])
    assert.equal(
      await reasonFor(`console.log(${JSON.stringify(answer)})`),
      'its decoder answers with nonsense',
    );
});

it('does not listen to a child without end', async () => {
  const flood = 'const more = () => process.stdout.write("x".repeat(65536), more); more()';
  assert.equal(await reasonFor(flood), 'its decoder answers with nonsense');
  const image = decodeImage({ backend: takenOver(flood) }, fixture('mark.webp'), { maxSide: 10 });
  await assert.rejects(image, /answered with more than \d+ bytes/);
  await eventually(async () => assert.deepEqual(await childPids(), []));
});

it('says that a file makes its decoder crash', async () => {
  assert.equal(await reasonFor('process.kill(process.pid, "SIGSEGV")'), 'it makes its decoder crash');
});

it('does not take a picture of another size than it says', async () => {
  const program =
    'process.stdout.write("P7\\nWIDTH 9\\nHEIGHT 9\\nDEPTH 4\\nMAXVAL 255\\nTUPLTYPE RGB_ALPHA\\nENDHDR\\nabc")';
  const image = decodeImage({ backend: takenOver(program) }, fixture('mark.webp'), { maxSide: 10 });
  await assert.rejects(image, /mark\.webp cannot be used: it cannot be decoded as WebP/);
});
