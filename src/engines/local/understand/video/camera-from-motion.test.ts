import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  brandPicture,
  clipHeight,
  clipWidth,
  drawView,
  folder,
  makeClip,
  motionSample,
  read,
  readView,
  shaken,
} from '../../../../../test/fixtures/local/video/synthetic-clip.ts';
import { seededRandom } from '../../random.ts';
import { cameraFromMotion } from './camera-from-motion.ts';

test('reads the push-in as a zoom in and the orbit as a sustained way to one side', async () => {
  const pushIn = cameraFromMotion(await read(motionSample('push-in')));
  const orbit = cameraFromMotion(await read(motionSample('orbit')));
  assert.equal(pushIn.character, 'steady');
  assert.ok(pushIn.confidence > 0.8 && orbit.confidence > 0.8, `${pushIn.confidence}, ${orbit.confidence}`);
  const closest = pushIn.samples.at(-1)?.zoom ?? 0;
  assert.ok(closest > 1.6 && closest < 1.95, `zoom ${closest}`);
  for (const [index, { zoom }] of pushIn.samples.entries())
    assert.ok(index === 0 || zoom > (pushIn.samples[index - 1]?.zoom ?? 0), `frame ${index} goes back`);
  assert.equal(orbit.character, 'steady');
  const side = orbit.samples.map(({ x }) => x);
  for (const [index, x] of side.entries())
    assert.ok(index === 0 || x < (side[index - 1] ?? 0), `frame ${index} goes back`);
  const end = orbit.samples.at(-1);
  assert.ok(end !== undefined && end.x < -0.1 && Math.abs(end.y) < 0.2 * -end.x);
  // The wall seems to turn as the camera goes past it; the camera stays upright.
  assert.ok(Math.abs(end.rollDegrees) < 0.3, `roll ${end.rollDegrees}`);
});

test('keeps a roll that is one, and says which way', async () => {
  const viewAt = (frame: number) => ({ x: 0, y: 0, zoom: 1.6, rollDegrees: 0.2 * frame });
  const { samples } = cameraFromMotion(await readView({ name: 'rolling', frames: 48, viewAt }));
  const roll = samples.at(-1)?.rollDegrees ?? 0;
  assert.ok(Math.abs(roll - 9.4) < 0.4, `roll ${roll}`);
});

test('keeps a whip pan a whip pan', async () => {
  const viewAt = (frame: number) => {
    const share = Math.min(1, Math.max(0, (frame - 24) / 8));
    return { x: -0.3 + 0.6 * share * share * (3 - 2 * share), y: 0, zoom: 1.9, rollDegrees: 0 };
  };
  const { character, samples } = cameraFromMotion(await readView({ name: 'whip', frames: 60, viewAt }));
  assert.equal(character, 'steady');
  const way = 0.6 * 1.9;
  const shareAt = (frame: number) => (samples[frame]?.x ?? 0) / way;
  assert.ok(Math.abs(shareAt(59) - 1) < 0.02, `goes ${shareAt(59)} of the way`);
  // Nine tenths of it within the eight frames it takes, and no swinging back before or after.
  assert.ok(shareAt(33) - shareAt(23) > 0.9);
  for (const [index, { x }] of samples.entries())
    assert.ok(x > -0.03 * way && x < 1.03 * way, `frame ${index} is at ${x / way}`);
});

test('keeps the sway of a hand, and drops the shake of a single knock', async () => {
  const held = cameraFromMotion(await readView({ name: 'held', frames: 72, viewAt: shaken }));
  assert.equal(held.character, 'handheld');
  const knocked = cameraFromMotion(
    await readView({
      name: 'knocked',
      frames: 72,
      viewAt: (frame) => ({
        x: -0.1 + 0.003 * frame,
        y: frame >= 30 && frame < 36 ? 0.012 * Math.sin(((frame - 30) * Math.PI) / 1.5) : 0,
        zoom: 1.5,
        rollDegrees: 0,
      }),
    }),
  );
  assert.equal(knocked.character, 'steady');
  const highest = Math.max(...knocked.samples.map(({ y }) => Math.abs(y)));
  assert.ok(highest < 0.004, `${highest} is left`);
});

test('does not take somebody crossing the picture for a camera that moves', async () => {
  const path = join(folder, 'crossing.mp4');
  const [scene, passer] = await Promise.all([brandPicture('2-sand'), brandPicture('3-green')]);
  await makeClip({
    path,
    frames: 48,
    draw(context, frame) {
      drawView(context, scene, { x: 0, y: 0, zoom: 1.2, rollDegrees: 0 });
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(passer, 300, 100, 700, 800, -100 + 10 * frame, 90, 220, 270);
    },
  });
  const reading = await read(path);
  assert.deepEqual(reading.cutsSeconds, []);
  const { samples } = cameraFromMotion(reading);
  for (const { x, y, zoom } of samples) assert.ok(Math.hypot(x, y, zoom - 1) < 0.003, `${x}, ${y}, ${zoom}`);
});

test('says that it saw nothing to go by in a picture that only flickers', async () => {
  const path = join(folder, 'flicker.mp4');
  const random = seededRandom(1, 'flicker');
  await makeClip({
    path,
    frames: 24,
    draw(context) {
      for (let y = 0; y < clipHeight; y += 20)
        for (let x = 0; x < clipWidth; x += 20) {
          context.fillStyle = `hsl(${Math.floor(random() * 360)} 60% 50%)`;
          context.fillRect(x, y, 20, 20);
        }
    },
  });
  const reading = await read(path);
  assert.deepEqual(reading.cutsSeconds, []);
  const { confidence, samples } = cameraFromMotion(reading);
  assert.ok(confidence < 0.2, `confidence ${confidence}`);
  assert.ok(Math.abs(samples.at(-1)?.x ?? 0) < 0.05);
});
