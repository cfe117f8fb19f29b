import type { Move } from './meaning.ts';
import type { Phrase } from './phrase.ts';

const left = '[to] [the] left|leftward|leftwards';
const right = '[to] [the] right|rightward|rightwards';
const camera = 'camera|shot|view|lens|viewpoint|perspective';
const travels = 'move~|glide~|drift~|float~|slide~|fly~|travel~|sweep~|swing~';
const turns = 'rotate~|spin~|spun|revolve~|turn~|circle~|swirl~|arc~|rotation';

const send = 'move|moving|take|taking|fly|flying|swing|swinging|bring|bringing|send the camera';

const said = (move: Move, ...phrases: string[]): Phrase => ({
  said: phrases,
  means: { topic: 'move', move },
});

/**
 * Camera moves. "Rotates" is the camera's only where the prompt says so (the camera rotates; rotate around it),
 * and else the subject's. Clockwise is as seen from above.
 */
export const cameraPhrases: readonly Phrase[] = [
  said(
    'orbit_right',
    'orbit~|orbital',
    `orbit~|arc~ ..2 ${right}`,
    'orbit~|arc~ ..2 counterclockwise|anticlockwise|counter',
    'orbital|orbiting|arc shot|move|movement|camera|motion',
    `${camera} ..3 ${turns} [around|round]`,
    `${camera} ..3 ${turns} ..2 ${right}`,
    `${camera} ..2 ${travels} around|round`,
    'rotate~|revolve~|circle~|arc~|spin~ around|round the|it|a|him|her|@image|our|this',
    'circle~|circling the|it|around|a|@image',
    'move~|glide~|fly~|walk~|travel~|go|goes|going [all] around|round the|it|@image',
    'rotate|spin|turn|revolve the camera|view',
    `${send} [all] around|round`,
    'rotating|revolving|circling|spinning camera|shot|view',
    '360 [degree|degrees] orbit|camera|shot|move|around',
  ),
  said(
    'orbit_left',
    `orbit~|arc~ ..2 ${left}`,
    'orbit~|arc~ ..2 clockwise',
    `${camera} ..3 ${turns} ..2 ${left}`,
    `${camera} ..3 ${turns} ..2 clockwise`,
  ),
  said(
    'push_in',
    'push~ in|into|closer|forward|forwards|toward|towards',
    'dolly~ in|into|forward|forwards|closer|toward|towards',
    'dolly shot',
    'track~|creep~|ease~|fly~|move~|glide~ in|closer',
    `${camera} ..3 ${travels} in|into|closer|forward|forwards|toward|towards`,
    `${camera} ..2 approach~`,
    `${send} in|closer|forward|forwards|toward|towards`,
    'get|gets|getting|come|comes|coming|draw|draws|drawing closer',
    'close~|closing in [on]',
    'moves|moving|move toward|towards the|it|@image',
  ),
  said(
    'pull_out',
    'pull~ out|back|away|backward|backwards',
    'dolly~ out|back|away|backward|backwards',
    'track~|ease~|move~|glide~|draw~ back|away|backward|backwards|out',
    `${camera} ..3 ${travels} back|away|backward|backwards|out`,
    `${camera} ..2 retreat~`,
    `${send} back|away|out|backward|backwards`,
  ),
  said(
    'zoom_in',
    'zoom~ in|into|on|onto|closer|toward|towards',
    'zooms|zooming',
    'slow|slowly|gentle|subtle|smooth|quick|fast|crash|camera zoom|zooms !lens|out|back|away',
  ),
  said('zoom_out', 'zoom~ ..1 out|back|away'),
  said(
    'pan_right',
    `pan~ ..2 ${right}`,
    'left to right',
    'pan~ [slowly|gently|smoothly] across|over|along|around',
    `${camera} ..2 pan~`,
    'slow|gentle|smooth|camera|panning|quick|fast pan|shot !of|with|left|right|to|flute',
    'pan shot',
    'panning',
  ),
  said('pan_left', `pan~ ..2 ${left}`, 'right to left', 'leftward|left pan'),
  said(
    'truck_right',
    `truck~|dolly~|track~|trucking|crab~ ..2 ${right}`,
    `slide|sliding ..2 ${right}`,
    `${camera} ..2 ${travels} from left to right`,
    'track~|truck~|dolly~ from left to right',
    `${send} ${right}`,
    `${camera} ..3 ${travels} ..2 ${right}`,
    `${camera} ..3 ${travels} past|by|sideways|along|across`,
    'tracking|trucking|slider|lateral|side shot|move|movement',
  ),
  said(
    'truck_left',
    `truck~|dolly~|track~|trucking|crab~ ..2 ${left}`,
    `slide|sliding ..2 ${left}`,
    `${camera} ..2 ${travels} from right to left`,
    'track~|truck~|dolly~ from right to left',
    `${send} ${left}`,
    `${camera} ..3 ${travels} ..2 ${left}`,
  ),
  said('tilt_up', 'tilt~ ..1 up|upward|upwards', `${camera} ..2 tilt~`, 'tilt shot', 'look~ up [at|the]'),
  said('tilt_down', 'tilt~ ..1 down|downward|downwards', `${camera} ..2 tilt~ ..1 down|downward|downwards`),
  said(
    'crane_up',
    'crane~|boom~|jib~|pedestal~ ..1 up|upward|upwards',
    'crane|jib shot|move',
    `${camera} ..3 rise~|ascend~|lift~|climb~|rising [up]`,
    'rising shot|camera',
    `${send} up|upward|upwards`,
    `${camera} ..3 ${travels} ..1 up|upward|upwards`,
  ),
  said(
    'crane_down',
    'crane~|boom~|jib~|pedestal~ ..1 down|downward|downwards',
    `${camera} ..3 descend~|lower~|sink~|drop~ [down]`,
    `${camera} ..3 ${travels} ..1 down|downward|downwards`,
    'descending shot|camera',
    `${send} down|downward|downwards`,
  ),
  said(
    'handheld',
    'handheld camera|shot|shots|footage|style|look|feel|feeling|movement|motion|camerawork',
    'handheld phone|smartphone|iphone',
    'handheld $',
    'hand held camera|shot|shots|footage|style|look|feel|movement|motion',
    'hand held $',
    'shaky cam|camera|footage',
    'documentary style|camera',
  ),
  said(
    'whip',
    'whip pan|pans|panning',
    'whip~ around|across|over|left|right',
    'whip~ to !@image|@video',
    'camera ..1 whip~',
  ),
  said(
    'static',
    'static !electricity|cling|free',
    'locked [off|down] [camera|shot]',
    'lock off|down',
    'still|fixed|stationary|motionless|unmoving camera|shot|frame|framing',
    'no|without [any] camera movement|motion|move|moves|movements',
    'without [any] moving the camera',
    'camera [stays|remains|is] ..1 still|fixed|stationary|motionless|locked',
    "camera doesn't|never move",
    'camera does|must|should|may not|never move',
    'then|and|finally hold $',
    'do not|never move the camera',
    'stationary|tripod',
  ),
];
