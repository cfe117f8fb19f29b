import { spawn } from 'node:child_process';
import { filmSettings } from '../../src/media/film-settings.ts';
import { findProgram } from '../../src/media/find-program.ts';
import { caption, film, type PeerResult, type SceneAssets, type SceneName, twoLayer } from './scenes.ts';

/**
 * The same film by one filter graph of the system's ffmpeg; `seconds` is the life of its process. Null where there
 * is no ffmpeg with these filters, and for what no graph can draw: a mesh in perspective, reflections, a set.
 */
export async function renderWithFfmpegGraph(
  name: SceneName,
  assets: SceneAssets,
  outPath: string,
): Promise<PeerResult | null> {
  const ffmpeg = findProgram('ffmpeg');
  if (name === 'storyboard' || ffmpeg === undefined || !(await canDrawText(ffmpeg))) return null;
  const started = performance.now();
  const { code, said } = await run(ffmpeg, [...inputs(assets), ...output(assets, outPath)]);
  const seconds = (performance.now() - started) / 1_000;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}.\n${said}`);
  return { frames: film.frames, seconds, setUp: { bundleSeconds: 0, browserSeconds: 0 } };
}

async function canDrawText(ffmpeg: string): Promise<boolean> {
  const { said } = await run(ffmpeg, ['-hide_banner', '-filters']);
  return [' drawtext ', ' zoompan ', ' gblur '].every((filter) => said.includes(filter));
}

const words = (options: string) => options.split(' ');

function inputs({ background, cutOut }: SceneAssets): string[] {
  return [...words('-hide_banner -nostdin -nostats -y -i'), background, '-i', cutOut];
}

function output({ font }: SceneAssets, outPath: string): string[] {
  const { crf, preset, threads, secondsBetweenKeyFrames } = filmSettings;
  return [
    '-filter_complex',
    graph(font),
    ...words(`-map [film] -frames:v ${film.frames} -an -c:v libx264 -preset ${preset} -crf ${crf}`),
    ...words(`-threads ${threads} -g ${secondsBetweenKeyFrames * film.fps} -pix_fmt yuv420p`),
    ...words('-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709'),
    ...words('-movflags +faststart -f mp4'),
    outPath,
  ];
}

function graph(font: string): string {
  const { width, height, fps, frames } = film;
  const { zoom, cutOut } = twoLayer;
  const { from, to } = cutOut.centreXOfWidth;
  // `zoompan` moves in whole pixels of what it is given, so it is given four times as many.
  const [wide, high] = [width * 2, height * 2];
  const cutHeight = Math.round(cutOut.height * height);
  return [
    `[0:v]scale=${wide}:${high}:force_original_aspect_ratio=increase:${bt709},crop=${wide}:${high},format=yuv420p,` +
      `zoompan=z='${zoom.from}+${zoom.to - zoom.from}*on/${frames - 1}':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'` +
      `:d=${frames}:s=${width}x${height}:fps=${fps}[photo]`,
    `[1:v]scale=-2:${cutHeight}:${bt709},format=yuva420p[still]`,
    `[still]${held}[product]`,
    `color=c=black@0:s=${width}x${height}:r=${fps},trim=end_frame=1,format=rgba,${drawn(font)},${held}[caption]`,
    `[photo][product]overlay=eval=frame:x='${width}*(${from}+${to - from}*n/${frames - 1})-w/2'` +
      `:y=${Math.round(cutOut.centreY * height)}-h/2[two]`,
    '[two][caption]overlay=shortest=1[film]',
  ].join(';');
}

// Stills come as BT.601; without a word the film would be tagged as one thing and be the other.
const bt709 = 'out_color_matrix=bt709:out_range=tv';

// One picture again and again, so that it is scaled or drawn only once.
const held = `loop=loop=-1:size=1,setpts=N/(${film.fps}*TB)`;

// The shadow first, blurred; then the words upon it.
function drawn(font: string): string {
  const { text, size, centreY, shadow } = caption;
  // Glyphs are centred here, and in CSS the line of the font, whose middle is a little lower.
  const middle = centreY + size / 14;
  const line = (below: number, color: string) =>
    `drawtext=fontfile='${font}':text='${text}':fontsize=${Math.round(size * film.height)}:fontcolor=${color}` +
    `:x=(w-text_w)/2:y=${Math.round((middle + below) * film.height)}-text_h/2`;
  return [
    line(shadow.offsetY, 'black'),
    `gblur=sigma=${shadow.blurSigma * film.height},colorchannelmixer=aa=${shadow.opacity}`,
    line(0, 'white'),
  ].join(',');
}

async function run(file: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      said = (said + text).slice(-100_000);
    });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, said };
}
