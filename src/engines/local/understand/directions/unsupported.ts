import type { Phrase } from './phrase.ts';

/** Known requests that this renderer cannot follow: told apart from words it does not know. */
export const unsupportedPhrases: readonly Phrase[] = [
  {
    said: [
      'dolly zoom',
      'zoom dolly',
      'vertigo effect|shot',
      'dutch angle|tilt',
      'drone|aerial [shot|view]',
      "bird's|birds eye [view]",
      'top down [view|shot]',
      'overhead|topdown shot|view|angle',
      'flat lay',
      'pov|hyperlapse|timelapse',
      'first person',
      'time lapse',
      'split screen',
      'exploded view',
      'bullet time',
      'stop motion',
      'fade~|fade [in|out] to|from black|white',
      'fade|fades|fading in|out',
      'speed ramp|ramps|ramping',
      'tilt shift',
      'lens flare|flares',
      'fish eye',
      'fisheye',
    ],
    means: { topic: 'beyond' },
  },
  {
    said: [
      'splash~|steam|steaming|smoke|fog|mist|rain|raining|snow|snowing|snowflakes|confetti|flames|bubbles|petals|fireworks|lightning|explosion|explodes|dust',
      'steam|smoke|mist|fog|vapour|vapor|bubbles|dust ..2 rise~|rises|rising|float~|swirl~|curl~|drift~',
      'water drops|droplets|droplet',
      'rain|snow|leaves|petals ..1 fall~|falling',
      'particles|embers|sparks|butterflies|crowd|crowds',
      'hand|hands hold~|holding|reaching|reach~|pick~|open~|opening|pour~|pouring',
      'person|woman|man|model|actor|people|child|girl|boy|couple ..2 hold~|use~|using|wear~|wearing|walk~|drink~|drinking|smile~|dance~|run~|running',
    ],
    means: { topic: 'beyond' },
  },
  {
    said: ['people|humans', 'light|lit|lighting from [the] above|behind|below|side [to] [the] [left|right]'],
    means: { topic: 'beyond' },
  },
  {
    said: [
      'no|without [any] text|texts|caption|captions|subtitles|titles|watermark|watermarks|logo|logos|writing !@quote',
      'no|without [any] people|humans|person|hands|faces|models|animals|music|voice|voiceover|narration',
    ],
    means: { topic: 'absent' },
  },
];
