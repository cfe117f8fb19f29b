import assert from 'node:assert/strict';
import { it } from 'node:test';
import { contract, fixture } from '../../test/fixtures/media/contract.ts';
import { loudness, makeWav, tones } from '../../test/fixtures/media/sounds.ts';

contract('decodeAudio', ({ media, save, film }) => {
  const decode = (path: string, maxSeconds = 30) => media.decodeAudio(path, { maxSeconds });

  it('keeps left and right apart and their loudness', async () => {
    const { left, right } = await decode(await film('tones.mp4', { frames: 48, sound: tones(2) }));
    assert.equal(left.length, right.length);
    assert.ok(Math.abs(left.length - 96_000) < 2_048, `${left.length}`);
    assert.ok(Math.abs(loudness(left) - 0.5 * Math.SQRT1_2) < 0.01, `${loudness(left)}`);
    assert.ok(Math.abs(loudness(right) - 0.25 * Math.SQRT1_2) < 0.01, `${loudness(right)}`);
  });

  it('plays mono as loud on both sides, at any rate', async () => {
    const { left: tone } = tones(0.5);
    for (const rate of [8_000, 96_000]) {
      const { left, right } = await decode(
        await save(`mono-${rate}.wav`, makeWav({ rate, channels: 1, samples: tone })),
      );
      assert.ok(Math.abs(left.length - (tone.length * 48_000) / rate) < 500, `${left.length} at ${rate}`);
      assert.deepEqual(left, right);
      assert.ok(Math.abs(loudness(left) - 0.5 * Math.SQRT1_2) < 0.01, `${loudness(left)} at ${rate}`);
    }
  });

  it('mixes more channels down', async () => {
    const six = await decode(fixture('sound-six-channels.mkv'));
    assert.ok(loudness(six.left) > 0.001 && loudness(six.right) > 0.001);
    const four = makeWav({ rate: 48_000, channels: 4, samples: tones(0.2).left });
    const { left } = await decode(await save('four.wav', four));
    assert.ok(Math.abs(loudness(left) - 0.5 * Math.SQRT1_2) < 0.02, `${loudness(left)}`);
  });

  it('reads every format of sound', async () => {
    for (const name of ['sound.mp3', 'sound.ogg', 'sound.flac', 'sound.aac', 'clip-vp9.webm']) {
      const { left } = await decode(fixture(name));
      assert.ok(left.length > 15_000 && left.length < 53_000, `${name}: ${left.length}`);
      assert.ok(loudness(left) > 0.01, name);
    }
  });

  it('stops at the length that was asked for', async () => {
    const { left } = await decode(fixture('sound.mp3'), 0.25);
    assert.equal(left.length, 12_000);
  });

  it('stays between -1 and 1', async () => {
    const loud = Float32Array.from({ length: 24_000 }, (_, index) =>
      Math.floor(index / 50) % 2 === 0 ? 1 : -1,
    );
    const path = await film('loud.mp4', { frames: 12, sound: { left: loud, right: loud } });
    const { left } = await decode(path);
    assert.ok(left.every((sample) => sample >= -1 && sample <= 1));
    assert.ok(left.some((sample) => sample > 0.9));
  });

  it('says so when there is no sound', async () => {
    await assert.rejects(decode(fixture('clip-hevc.mp4')), /clip-hevc\.mp4 cannot be used/);
    await assert.rejects(decode(fixture('mark.webp')), /mark\.webp cannot be used/);
    await assert.rejects(decode(fixture('sound.mp3'), 0), /0 seconds of sound/);
  });

  it('rejects with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const decoding = media.decodeAudio(fixture('sound.flac'), { maxSeconds: 1, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(decoding, reason);
  });
});
