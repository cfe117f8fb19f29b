import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AppError } from '../../domain/errors.ts';
import type { Plan } from '../../domain/plan.ts';
import type { Reference } from '../../domain/request.ts';
import { fillWorkflow } from './fill-workflow.ts';
import { readWorkflow } from './read-workflow.ts';

const folder = mkdtempSync(join(tmpdir(), 'kinora-workflow-'));
after(() => rmSync(folder, { recursive: true }));

let files = 0;

function fileOf(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const titled = (title: string) => ({ _meta: { title } });

const text = {
  class_type: 'CLIPTextEncode',
  inputs: { text: '', clip: ['9', 0] },
  ...titled('kinora: prompt'),
};
const latent = {
  class_type: 'Wan22ImageToVideoLatent',
  inputs: { vae: ['8', 0], width: 1, height: 1, length: 1, batch_size: 1, start_image: ['5', 0] },
  ...titled('Kinora: width, height, frames'),
};
const frame = { class_type: 'LoadImage', inputs: { image: 'x.png' }, ...titled('kinora: first_frame') };
const sampler = {
  class_type: 'KSampler',
  inputs: { seed: 1, latent_image: ['4', 0] },
  ...titled('kinora: seed'),
};
const save = { class_type: 'SaveVideo', inputs: { video: ['6', 0], filename_prefix: 'v' } };
const wan = { '3': text, '4': latent, '5': frame, '6': sampler, '7': save };

const reference = (kind: Reference['kind'], position: number): Reference => ({
  kind,
  position,
  sha256: '0'.repeat(64),
  facts: { kind, contentType: `${kind}/x` },
});

const plan: Plan = {
  engine: 'comfyui',
  model: 'm',
  endpoint: 'text-to-video',
  prompt: 'a mug',
  references: [],
  durationSeconds: 5,
  aspectRatio: '16:9',
  width: 1344,
  height: 768,
  seed: 0,
  generateAudio: false,
  adjustments: [],
};

function faultOf(content: unknown): string {
  const path = fileOf(content);
  try {
    readWorkflow(path);
  } catch (error) {
    assert.ok(error instanceof AppError);
    assert.equal(error.hint, 'docs/engines/comfyui.md shows how slots are named.');
    const begin = `The ComfyUI workflow ${path} cannot be used: `;
    assert.ok(error.message.startsWith(begin), error.message);
    return error.message.slice(begin.length);
  }
  return assert.fail('it was read');
}

test('finds the slots that titles name, and what the workflow can do with and without them', () => {
  const workflow = readWorkflow(
    fileOf({ kinora: { frames: { every: 4, plus: 1 }, durations: [4, 5] }, ...wan }),
  );
  assert.deepEqual(workflow.settings.prompt, [{ node: '3', input: 'text' }]);
  assert.deepEqual(workflow.settings.frames, [{ node: '4', input: 'length' }]);
  assert.equal(workflow.output, '7');
  const { endpoints, maxReferences, durationsSeconds, seeds, audio, firstFrame } = workflow.capabilities;
  assert.deepEqual(
    { endpoints, maxReferences, durationsSeconds, seeds, audio, firstFrame },
    {
      endpoints: ['text-to-video', 'image-to-video'],
      maxReferences: { image: 1, video: 0, audio: 0, total: 1 },
      durationsSeconds: [4, 5],
      seeds: true,
      audio: false,
      firstFrame: 'shaped',
    },
  );
});

test('fills the slots, and takes the empty ones out', () => {
  const workflow = readWorkflow(fileOf({ kinora: { frames: { every: 4, plus: 1 } }, ...wan }));
  const graph = fillWorkflow(workflow, plan, []);
  assert.deepEqual(Object.keys(graph), ['3', '4', '6', '7']);
  assert.deepEqual(graph['4']?.inputs, {
    vae: ['8', 0],
    width: 1344,
    height: 768,
    length: 121,
    batch_size: 1,
  });
  assert.equal(graph['3']?.inputs['text'], 'a mug');
  assert.equal(graph['6']?.inputs['seed'], 0);
  const framed = fillWorkflow(
    workflow,
    { ...plan, endpoint: 'image-to-video', references: [reference('image', 1)] },
    ['kinora/a.png'],
  );
  assert.equal(framed['5']?.inputs['image'], 'kinora/a.png');
  assert.deepEqual(framed['4']?.inputs['start_image'], ['5', 0]);
  assert.equal(wan['4'].inputs.width, 1, 'the workflow itself stays as it is');
});

test('reads the example, whose references grow with what is given', () => {
  const workflow = readWorkflow('examples/comfyui/minimax-h3.json');
  const { endpoints, maxReferences, minReferences, promptTag, model, alwaysAudio } = workflow.capabilities;
  assert.deepEqual(
    { endpoints, maxReferences, minReferences, model, alwaysAudio, tag: promptTag.image },
    {
      endpoints: ['reference-to-video', 'text-to-video'],
      maxReferences: { image: 3, video: 1, audio: 1, total: 5 },
      minReferences: { image: 0, video: 0, audio: 0 },
      model: 'minimax-h3',
      alwaysAudio: true,
      tag: { before: '<Picture ', after: '>' },
    },
  );
  const references = [reference('image', 1), reference('image', 2), reference('audio', 1)];
  const graph = fillWorkflow(workflow, { ...plan, endpoint: 'reference-to-video', references }, [
    'a',
    'b',
    'c',
  ]);
  assert.equal(graph['13'], undefined, 'the third picture is not there');
  assert.equal(graph['22'], undefined, 'what only hangs on the missing clip is not there either');
  assert.deepEqual(
    Object.entries(graph['40']?.inputs ?? {}).filter(
      ([name]) => name.startsWith('ref_') || name === 'length',
    ),
    [
      ['length', 124],
      ['ref_image_size', 'match'],
      ['ref_images.ref_image_0', ['11', 0]],
      ['ref_images.ref_image_1', ['12', 0]],
      ['ref_audios.ref_audio_0', ['31', 0]],
    ],
  );
  assert.deepEqual(
    [graph['11'], graph['12'], graph['31']].map((node) => Object.values(node?.inputs ?? {})),
    [['a'], ['b'], ['c']],
  );
});

test('knows how many references a workflow cannot do without', () => {
  const batch = { class_type: 'ImageBatch', inputs: { image1: ['1', 0], image2: ['2', 0] } };
  const load = (title: string) => ({ class_type: 'LoadImage', inputs: { image: '' }, ...titled(title) });
  const needs = { ...latent, inputs: { ...latent.inputs, start_image: ['5', 0] }, class_type: 'SomeNode' };
  const { capabilities } = readWorkflow(
    fileOf({ ...wan, '1': load('kinora: image1'), '2': load('kinora: image2'), '5': batch, '4': needs }),
  );
  assert.deepEqual(capabilities.minReferences, { image: 2, video: 0, audio: 0 });
  assert.deepEqual(capabilities.endpoints, ['reference-to-video']);
});

const faulty: [what: string, content: unknown, says: RegExp][] = [
  ['a file that is no JSON', '{"3":', /JSON/],
  ['the format of the editor', { nodes: [], links: [] }, /Export \(API\)/],
  ['a thing that is no node', { ...wan, '9': 5 }, /^"9" is not a node/],
  ['no prompt', { ...wan, '3': { ...text, _meta: {} } }, /no node is titled "kinora: prompt"/],
  [
    'an unknown slot',
    { ...wan, '3': { ...text, ...titled('kinora: propmt') } },
    /node 3 names a slot "propmt"; there are prompt, seed/,
  ],
  [
    'a slot without its input',
    { ...wan, '6': { ...sampler, inputs: { a: 1 } } },
    /node 6 \(KSampler\) has no input seed or noise_seed or value/,
  ],
  [
    'an input that is not there',
    { ...wan, '6': { ...sampler, ...titled('kinora: seed=sead') } },
    /node 6 \(KSampler\) has no input "sead"; it has seed, latent_image/,
  ],
  [
    'an input that is wired',
    { ...wan, '3': { ...text, inputs: { text: ['12', 0] } } },
    /the input "text" of node 3 \(CLIPTextEncode\) is wired to node 12/,
  ],
  [
    'a gap between references',
    { ...wan, '1': { class_type: 'LoadImage', inputs: { image: '' }, ...titled('kinora: image2') } },
    /image1 is missing/,
  ],
  ['two nodes that save', { ...wan, '17': save }, /nodes 7 and 17 save videos; title one of them/],
  [
    'nothing that saves',
    { ...wan, '7': { ...save, class_type: 'Preview' } },
    /there is no node that saves the video/,
  ],
  ['a word that is not known about it', { kinora: { fsp: 24 }, ...wan }, /kinora\..*fsp/],
  [
    'no length',
    { ...wan, '4': { ...latent, ...titled('kinora: width, height') } },
    /no node is titled "kinora: frames" or "kinora: seconds"/,
  ],
];

for (const [what, content, says] of faulty)
  test(`refuses at once, and says why: ${what}`, () => {
    assert.match(faultOf(content), says);
  });

test('names every fault at once', () => {
  const said = faultOf({ '7': save });
  for (const slot of ['prompt', 'width', 'height', 'frames'])
    assert.ok(said.includes(`kinora: ${slot}`), said);
});
