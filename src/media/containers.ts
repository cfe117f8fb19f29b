/** A kind of file that Kinora opens, with the one demuxer that may read it. */
export interface Container {
  kind: 'image' | 'film';
  /** FFmpeg's name. */
  demuxer: string;
  contentType: string;
  /** If no video is found inside. */
  soundContentType?: string;
  /** As a person calls it. */
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
  jpeg: image('jpeg_pipe', 'image/jpeg', 'JPEG'),
  png: image('png_pipe', 'image/png', 'PNG'),
  webp: image('webp_pipe', 'image/webp', 'WebP'),
  gif: image('gif', 'image/gif', 'GIF'),
  avif: image('mov', 'image/avif', 'AVIF'),
  mp4: film('mov', 'video/mp4', 'audio/mp4', 'MP4'),
  quicktime: film('mov', 'video/quicktime', 'audio/mp4', 'QuickTime'),
  webm: film('matroska', 'video/webm', 'audio/webm', 'WebM'),
  matroska: film('matroska', 'video/x-matroska', 'audio/x-matroska', 'Matroska'),
  ogg: film('ogg', 'video/ogg', 'audio/ogg', 'Ogg'),
  wav: film('wav', 'audio/wav', 'audio/wav', 'WAV'),
  flac: film('flac', 'audio/flac', 'audio/flac', 'FLAC'),
  mp3: film('mp3', 'audio/mpeg', 'audio/mpeg', 'MP3', false),
  aac: film('aac', 'audio/aac', 'audio/aac', 'AAC', false),
} as const satisfies Record<string, Container>;

export type ContainerName = keyof typeof containers;
