/** A kind of file that Kinora opens, with the one demuxer that may read it. */
export interface Container {
  kind: 'image' | 'film';
  /** FFmpeg's name. */
  demuxer: string;
  contentType: string;
  /** If no video is found inside. */
  soundContentType?: string;
  /** As a person calls it, after "a". */
  called: string;
  /** Whether the length that the container states can be held against it; some state only a guess. */
  statesLength: boolean;
}

const image = (demuxer: string, contentType: string, called: string): Container => ({
  kind: 'image',
  demuxer,
  contentType,
  called,
  statesLength: false,
});

const film = (
  demuxer: string,
  contentType: string,
  soundContentType: string,
  called: string,
  statesLength = true,
): Container => ({ kind: 'film', demuxer, contentType, soundContentType, called, statesLength });

export const containers = {
  jpeg: image('jpeg_pipe', 'image/jpeg', 'JPEG image'),
  png: image('png_pipe', 'image/png', 'PNG image'),
  webp: image('webp_pipe', 'image/webp', 'WebP image'),
  gif: image('gif', 'image/gif', 'GIF image'),
  avif: image('mov', 'image/avif', 'AVIF image'),
  mp4: film('mov', 'video/mp4', 'audio/mp4', 'MP4 file'),
  quicktime: film('mov', 'video/quicktime', 'audio/mp4', 'QuickTime file'),
  webm: film('matroska', 'video/webm', 'audio/webm', 'WebM file'),
  matroska: film('matroska', 'video/x-matroska', 'audio/x-matroska', 'Matroska file'),
  ogg: film('ogg', 'video/ogg', 'audio/ogg', 'Ogg file'),
  wav: film('wav', 'audio/wav', 'audio/wav', 'WAV file'),
  flac: film('flac', 'audio/flac', 'audio/flac', 'FLAC file'),
  mp3: film('mp3', 'audio/mpeg', 'audio/mpeg', 'MP3 file', false),
  aac: film('aac', 'audio/aac', 'audio/aac', 'AAC file', false),
} as const satisfies Record<string, Container>;

export type ContainerName = keyof typeof containers;
