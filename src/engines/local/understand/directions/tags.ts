import type { TagDirection } from './meaning.ts';
import type { Phrase } from './phrase.ts';

const said = (as: TagDirection['as'], ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic: 'tag', as },
});

const as = 'as|is|for|are|be|shows|show|contains';
const picture = '@image|@video';
const starts = 'start~|begin|begins|beginning|open~';
const ends = 'end~|finish~|close~|conclude~';
const acts = 'rotate~|spin~|float~|levitate~|hover~|rise~|rises|drop~|fall~|land~|stand~|sits|turn~';

/** What the prompt says a reference is for. Each pattern holds one tag, or a list of tags of one kind. */
export const tagPhrases: readonly Phrase[] = [
  said(
    'hero',
    `@image ${as} ..2 hero|subject|star|protagonist|focus`,
    'hero|subject|star|protagonist [product] [is|are|from|in] @image',
    `@image ..1 ${acts}`,
    'hero shot of @image',
    'feature~|featuring|starring @image',
    'camera ..3 orbit~|circle~|follow~ [around] @image',
    'orbit~|circle~ around @image',
    'orbit~|circle~ @image',
  ),
  said(
    'product',
    `@image ${as} ..3 product|products|item|items`,
    'product|products|item|bottle|mug|lamp|shoe|chair|watch|bag [is|are|from|in|of|shown] [in|by] @image',
  ),
  said(
    'style',
    `style|styling|look|mood|colours|colors|palette|feel|aesthetic|grade|grading|tone|tones|vibe|atmosphere|light|lighting ..1 of|from|like|as|in ..3 ${picture}`,
    `${picture} ${as} ..3 style|styling|look|mood|palette|colours|colors|inspiration|grading|grade|aesthetic`,
    `style|mood|colour|color reference|references|guide [is|are|from] ${picture}`,
    `styled|graded|lit like|after|as ${picture}`,
    `inspired by ${picture}`,
    `match~ [the] style|look|colours|colors|palette|mood|grade of|in|from ${picture}`,
  ),
  said(
    'logo',
    '@image as|is|for|be ..2 logo|wordmark|brandmark|emblem',
    '@image logo|wordmark|brandmark',
    'logo reveal|animation|card [at] [the] [end] [with|of|from] @image',
    'logo|wordmark|brandmark [is|in|from|of|shown] [in] @image',
    '@image shows|contains ..2 logo',
  ),
  said(
    'scene',
    `${picture} ${as} ..3 scene|setting|location|environment|place|room|set`,
    `scene|setting|location|environment|room [is|of|from|in] [of|from] ${picture}`,
    'set|placed|standing|place it|inside in @image',
  ),
  said(
    'background',
    `${picture} ${as} ..3 background|backdrop|wall`,
    `${picture} in|behind the|it background|$`,
    `background|backdrop [is|of|from|in] [of|from] ${picture}`,
    `in front of ${picture}`,
    `against ${picture}`,
  ),
  said(
    'detail',
    'close up|ups|shot of|on|from @image',
    'detail|details|closeup|macro|texture [shot] [of|on|from|in] @image',
    '@image as|for|is|are|show|shows ..3 detail|details|closeup|macro|texture',
    '@image as|for|is|shows ..2 close up|ups',
    '@image ..1 close up|ups',
  ),
  said(
    'camera',
    'camera|shot ..3 follow~|copy~|match~|mimic~|mirror~|repeat~|imitate~ [the] [camera] [movement|motion|path|move|moves] [of|from|in] @video',
    'camera ..1 work|move|moves|movement|motion|path|style [is] [as] [of|from|in|like|as] @video',
    'motion|movement|path of|from|in @video',
    'move~ ..2 like @video',
    '@video for|as ..3 camera|motion|movement|path',
    'follow~|copy~ [the] [path|movement|motion] [of] @video',
    'same ..2 camera|move|movement|motion as|of|like|from ..2 @video',
  ),
  said(
    'clip',
    '@video play~|plays|appear~|follows|cuts',
    '@video is|are shown|played|cut|inserted',
    'cut|cuts|cutting|go|goes|switch~ to|in|into @video',
    'insert~|show~|include~|including|use|add|play @video !for|as',
    '@video as ..2 clip|insert|cutaway|footage|broll',
    '@video as ..2 b roll',
    'clip|clips|footage|broll|insert [from|of] @video',
    '@video in the middle',
  ),
  said(
    'beat',
    'beat|beats|rhythm|tempo|drums|downbeat ..1 of|from|in|to ..2 @audio',
    'beat|rhythm @audio',
    'cut|cuts|cutting|edit~|sync~|synced|synchronised|synchronized|timed|time to|with|on @audio',
    'in time|sync to|with @audio',
    '@audio as|for|sets ..2 beat|rhythm|tempo',
  ),
  said(
    'music',
    '@audio as|is|for ..3 music|soundtrack|song|score|bed|track|melody',
    'music|soundtrack|song|score|track [is|from|by|of] @audio',
    'set to @audio',
    'beat|beats|rhythm|tempo ..1 of|from|in|to ..2 music|song|track @audio',
  ),
  said(
    'voice',
    '@audio as|is|for ..3 voice|voiceover|narration|narrator|speech|vo|dialogue',
    'voice|voiceover|narration|narrator|vo [over] [is|from|by|of] @audio',
    'narrated|spoken by @audio',
    '@audio speaks|narrates|narrating|speaking|talks',
  ),
  said(
    'opening',
    `${starts} ..2 with|on|from|in ..1 ${picture}`,
    `${starts} ..2 with|on ..4 of|on ${picture}`,
    `${picture} at|in|for the start|beginning|opening|intro`,
    `${picture} first`,
    `${picture} opens|starts|begins`,
    `${picture} as|is|for ..2 opening|opener|intro|start`,
    `${picture} as|is|for ..1 first frame|shot|image|scene`,
    `first|opening frame|shot|image|scene [is|of|from|shows] ${picture}`,
  ),
  said(
    'closing',
    `${ends} ..2 with|on|in|by ..1 ${picture}`,
    `${ends} ..2 with|on ..4 of|on ${picture}`,
    `${picture} at|in|for the end|ending|finish|close`,
    `${picture} last`,
    `${picture} closes|ends|finishes`,
    `${picture} as|is|for ..2 closing|ending|end|finale|outro|closer`,
    `${picture} as|is|for ..1 last|final frame|shot|image|scene`,
    `last|final|closing|end frame|shot|image|scene|card [is|of|from|shows] ${picture}`,
    `finally ..1 ${picture}`,
  ),
];
